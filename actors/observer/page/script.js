// Session files: what is typed on connections, and what comes.
//
//   A> SUB orders.* 1    is typed on connection A
//   A< +OK               is the next line that A gets; … stands for anything
//   A>! close            A hangs up
//   A<! closed           the broker has closed A's connection
//   A<< and ~ 2s         are for tests, and left out here
//   # a comment

const mostSteps = 1000

// parse reads a session file into steps. What is no step is left out.
export function parse(script) {
  const steps = []
  for (const raw of script.split('\n').slice(0, mostSteps)) {
    const line = raw.replace(/\r$/, '')
    if (line.startsWith('#')) {
      if (!line.startsWith('# config:')) steps.push({ kind: 'note', text: line.replace(/^#\s*/, '') })
      continue
    }
    const m = /^([A-Za-z]\w*)([<>])(!|<)? ?(.*)$/.exec(line)
    if (!m) continue
    const [, name, direction, mark, text] = m
    if (direction === '>' && mark === '!') steps.push({ kind: 'close', name })
    else if (direction === '>') steps.push({ kind: 'send', name, text: typed(text) })
    else if (!mark) steps.push({ kind: 'expect', name, text, matches: matcher(text) })
  }
  return steps
}

// typed is what a line stands for: a single \ at its end leaves out the line's end.
function typed(text) {
  const whole = !/(^|[^\\])(\\\\)*\\$/.test(text)
  return unescape(whole ? text : text.slice(0, -1)) + (whole ? '\r\n' : '')
}

const escapes = { r: '\r', n: '\n', t: '\t', '\\': '\\' }

function unescape(text) {
  return text.replace(/\\(x[0-9a-fA-F]{2}|.)/g, (_, c) => (c[0] === 'x' && c.length === 3 ? String.fromCharCode(parseInt(c.slice(1), 16)) : escapes[c] ?? c))
}

function matcher(text) {
  const parts = unescape(text).split('…').map(p => p.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(`^${parts.join('.*')}$`)
  return line => pattern.test(line)
}
