package experiments

import (
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

var scopes = Experiment{
	Title: "one-for-one, rest-for-one, all-for-one",
	Expect: "One-for-one restarts the child that failed, and only it starts anew. " +
		"Rest-for-one restarts those as well that were started after it: they build on it. " +
		"All-for-one restarts every child of the group: they made sense only together.",
	run: func(b *bench) {
		for _, scope := range []supervisor.Scope{supervisor.OneForOne, supervisor.RestForOne, supervisor.AllForOne} {
			h := b.house(func(tell func(supervisor.Event)) supervisor.Options {
				return supervisor.Options{
					Name: "house", Sink: tell, Children: workers("ann", "bob", "cid"),
					Policy: supervisor.Policy{Kind: supervisor.Permanent, Scope: scope, Intensity: 3, Period: time.Minute},
				}
			})
			for _, name := range []string{"ann", "bob", "cid"} {
				h.send(name, work{}, 5)
				h.done(name) // it has counted them
			}
			h.send("bob", fail{}, 1)
			last, want := "bob", [3]int{5, 0, 5}
			switch scope {
			case supervisor.OneForOne:
			case supervisor.RestForOne:
				last, want = "cid", [3]int{5, 0, 0}
			case supervisor.AllForOne:
				last, want = "cid", [3]int{0, 0, 0}
			}
			restarted := 0
			for _, e := range h.wait(supervisor.Restarted, last) {
				if e.What == supervisor.Restarted {
					restarted++
				}
			}
			got := [3]int{h.done("ann"), h.done("bob"), h.done("cid")}
			b.check(got == want, "%s: bob fails, %d restarted; ann, bob and cid remember %v pieces of work", scope, restarted, got)
		}
	},
}

var escalation = Experiment{
	Title: "escalation",
	Expect: "A child that fails beyond its budget fails its group, which its parent restarts; once the group is beyond " +
		"its own budget, the failure ends at the handler of the top. The process survives, and so does the room next door.",
	run: func(b *bench) {
		escalate := supervisor.Policy{Kind: supervisor.Permanent, Intensity: 1, Period: time.Minute, Exceeded: supervisor.Escalate}
		atTheTop := make(chan supervisor.Event, 10)
		h := b.house(func(tell func(supervisor.Event)) supervisor.Options {
			shop := supervisor.Sub(supervisor.Options{Name: "shop", Policy: escalate, Sink: tell, Children: workers("till")}, escalate)
			return supervisor.Options{
				Name: "house", Sink: tell, Children: append(workers("office"), shop),
				OnEscalate: func(e supervisor.Event) { atTheTop <- e },
			}
		})
		h.send("office", work{}, 1)
		step := func(what supervisor.What, path string) {
			h.send("shop/till", fail{}, 1)
			h.wait(what, path)
			b.check(true, "till fails: %s %s", path, what)
		}
		step(supervisor.Restarted, "shop/till")
		step(supervisor.Restarted, "shop")
		h.wait(supervisor.Started, "shop/till")
		step(supervisor.Restarted, "shop/till")
		step(supervisor.Escalated, "shop")
		e := <-atTheTop
		b.check(e.Path == "house/shop", "the handler of the top is told: %s", e.Failure)
		b.check(h.done("office") == 1, "the office next door has not even been restarted")
	},
}
