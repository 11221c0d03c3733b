package front

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAnswerIsNotHeldBack: who asks once has its answer before others go on who are ready meanwhile, because net/http sends it when
// the handler has returned. Who asks again at once lets them go first.
func TestAnswerIsNotHeldBack(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that nobody else goes on by chance
	lim := usual
	var went atomic.Bool
	c := &counter{budget: newBudget(&lim), handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	r := httptest.NewRequest(http.MethodGet, "/healthz", http.NoBody)
	r = r.WithContext(context.WithValue(r.Context(), guestKey{}, &guest{}))
	go went.Store(true)
	c.ServeHTTP(httptest.NewRecorder(), r)
	assert.False(t, went.Load())
	c.ServeHTTP(httptest.NewRecorder(), r)
	assert.True(t, went.Load())
}
