package index

// An Index is compiled where it is used, for the type that it is used with. There the compiler inlines a small function
// of the packages below only if this package has inlined it, too, as it is not told about others. So here is the data
// path for some type. It is never called, and no program has it.
var _ = []any{
	(*Index[*int]).Match,
	(*Index[*int]).Start,
	(*Index[*int]).Insert,
	(*Index[*int]).Remove,
	(*Index[*int]).Sweep,
}
