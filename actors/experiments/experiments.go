package experiments

// Experiment is one idea: what is to be expected, and a way to see whether that is so.
type Experiment struct {
	Title  string
	Expect string
	run    func(*bench)
}

// Run carries the experiment out, with a broker and actors of its own, and returns what was
// observed. It takes seconds.
func (e *Experiment) Run() []Fact { return newBench().perform(e.run) }

// Fact is one thing that was observed.
type Fact struct {
	Text    string `json:"text"`
	Checked bool   `json:"checked"` // it had to be so
	Wrong   bool   `json:"wrong"`   // and was not
}

// String marks what had to be so.
func (f Fact) String() string {
	switch {
	case f.Wrong:
		return "  ✗ " + f.Text
	case f.Checked:
		return "  ✓ " + f.Text
	default:
		return "    " + f.Text
	}
}

// All are the experiments in the order in which they are numbered, from 1.
func All() []Experiment {
	return []Experiment{
		parserPanics,
		tenThousandPanics,
		partitionPanics,
		scopes,
		escalation,
		restartBudget,
		backOff,
		slowConsumer,
		dropOld,
		deathWatch,
		badTap,
		deadLetters,
	}
}
