// What supervisors decide, in colours and words.

import { ns } from './format.js'

// colorOf is the colour of an event.
export function colorOf(e) {
  switch (e.what) {
    case 'failed': return { resume: '--warn', restart: '--warn', stop: '--bad', escalate: '--bad' }[e.directive] ?? '--bad'
    case 'escalated': return '--bad'
    case 'restarted': case 'resumed': case 'started': return '--good'
    default: return '--dim'
  }
}

// decisionOf is what was decided about a failure, in words.
export function decisionOf(e) {
  switch (e.directive) {
    case 'resume': return 'goes on with the next message'
    case 'restart': return e.delay_ns ? `is restarted in ${ns(e.delay_ns)}` : 'is restarted at once'
    case 'stop': return 'is stopped'
    case 'escalate': return 'its group fails in its turn'
    default: return ''
  }
}

// nameOf is the last part of a path, and parentOf is all before it.
export const nameOf = path => path.slice(path.lastIndexOf('/') + 1)
export const parentOf = path => path.slice(0, Math.max(path.lastIndexOf('/'), 0))
