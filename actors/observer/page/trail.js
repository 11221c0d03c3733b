// What a client did last: the commands that its connection remembers.

import { h } from './dom.js'
import { plural } from './format.js'

// trail shows them, and offers them as a file that `troupe play` plays.
export function trail(lines, name) {
  if (!lines?.length) return null
  const save = () => {
    const a = h('a', { href: URL.createObjectURL(new Blob([lines.join('\n') + '\n'], { type: 'text/plain' })), download: `${name}.trail.txt` })
    a.click()
    setTimeout(() => URL.revokeObjectURL(a.href), 1000)
  }
  return [h('h2', {}, `What it did last: ${plural(lines.length, 'command')}`),
    h('pre', { class: 'stack-trace trail' }, lines.join('\n')),
    h('div', { class: 'actions' }, h('button', { type: 'button', onclick: save }, 'Save for troupe play'))]
}
