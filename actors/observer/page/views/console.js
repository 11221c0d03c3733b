// The console: a telnet session with the broker in the page. Each line is explained as it
// comes and goes. Session files can be played.

import { live } from '../live.js'
import { h, fill } from '../dom.js'
import { explain } from '../explain.js'
import { parse } from '../script.js'

const mostLines = 500
const examples = ['hello', 'wildcards', 'queue', 'request']

export function consoleView(main, page) {
  const log = h('ol', { class: 'lines mono', 'aria-live': 'polite' })
  const input = h('input', { type: 'text', placeholder: 'SUB greet.* 1', 'aria-label': 'A line of the protocol', autocomplete: 'off', spellcheck: false })
  const status = h('span', { class: 'chip state', role: 'status' }, 'not connected')
  const file = h('input', { type: 'file', accept: '.txt,text/plain', hidden: true, onchange: async () => { if (file.files[0]) play(await file.files[0].text()) } })
  const ask = h('input', { type: 'checkbox', checked: true, onchange: () => log.classList.toggle('bare', !ask.checked) })
  const written = [] // lines typed before
  let back = 0
  const lines = new Map() // name → open connection
  let playing = null

  main.append(h('section', { class: 'card console' }, h('header', {}, h('h2', {}, 'Console'), status, h('label', { class: 'dim' }, ask, ' explain'),
    h('span', { class: 'push actions' }, h('select', { 'aria-label': 'Play a session', onchange: async e => {
      const name = e.target.value
      e.target.value = ''
      if (name) play(await (await fetch(`ui/sessions/${name}.txt`)).text())
    } }, h('option', { value: '' }, 'Play a session …'), examples.map(n => h('option', { value: n }, n))),
    h('button', { type: 'button', onclick: () => file.click() }, 'From a file …'), h('button', { type: 'button', onclick: () => log.replaceChildren() }, 'Clear'), file)),
  log, h('form', { class: 'asks', onsubmit: e => { e.preventDefault(); type() } }, input, h('button', { class: 'main' }, 'Send'))))

  function say(name, dir, line) {
    const meaning = explain(line, dir)
    log.append(h('li', { class: dir, 'data-name': name }, name && (lines.size > 1 || name !== 'A') && h('b', { class: 'who' }, name), h('span', { class: 'line' }, line), meaning && h('span', { class: 'meaning' }, meaning)))
    while (log.children.length > mostLines) log.firstChild.remove()
    log.scrollTop = log.scrollHeight
  }

  // connect opens a connection of a name, once.
  async function connect(name) {
    if (lines.has(name)) return lines.get(name)
    const pass = await page.act('ui/console')
    if (!pass) return null
    const url = new URL(`ui/console?ticket=${pass.ticket}`, document.baseURI)
    url.protocol = url.protocol.replace('http', 'ws')
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    const line = { socket, rest: '', waiting: [], got: [] }
    lines.set(name, line)
    const decoder = new TextDecoder()
    socket.onmessage = e => {
      line.rest += decoder.decode(e.data, { stream: true })
      for (let at; (at = line.rest.indexOf('\n')) >= 0;) {
        const text = line.rest.slice(0, at).replace(/\r$/, '')
        line.rest = line.rest.slice(at + 1)
        say(name, 'came', text)
        if (text === 'PING' && !playing) send(name, 'PONG', true)
        line.got.push(text)
        line.wake?.()
      }
    }
    socket.onclose = () => {
      if (lines.get(name) === line) lines.delete(name)
      say(name, 'note', 'the connection is closed')
      line.wake?.()
      state()
    }
    await new Promise(done => { socket.onopen = socket.onerror = done })
    state()
    return socket.readyState === WebSocket.OPEN ? line : null
  }

  function state() {
    status.className = `chip state ${lines.size ? 'good' : ''}`
    status.textContent = lines.size ? `connected: ${[...lines.keys()].join(', ')}` : 'not connected'
  }

  async function send(name, line, byItself) {
    const to = await connect(name)
    if (!to) return
    say(name, 'went', line + (byItself ? ' (sent by the page)' : ''))
    to.socket.send(new TextEncoder().encode(line + '\r\n'))
  }

  async function type() {
    const line = input.value
    if (!line && !lines.size) return
    written.push(line)
    back = written.length
    input.value = ''
    await send('A', line)
  }

  // play carries out a session file: what is typed goes, what should come is waited for.
  async function play(script) {
    const steps = parse(script)
    for (const line of lines.values()) line.socket.close()
    lines.clear()
    log.replaceChildren()
    const mine = playing = {}
    for (const step of steps) {
      if (mine !== playing || page.signal.aborted) return
      await new Promise(done => setTimeout(done, 450))
      if (step.kind === 'note') say('', 'note', step.text)
      if (step.kind === 'send') {
        const to = await connect(step.name)
        if (!to) break
        for (const line of step.text.replace(/\r\n$/, '').split('\r\n')) say(step.name, 'went', line)
        to.socket.send(new TextEncoder().encode(step.text))
      }
      if (step.kind === 'expect') await expect(step)
      if (step.kind === 'close') lines.get(step.name)?.socket.close()
    }
    if (mine !== playing) return
    playing = null
    say('', 'note', 'The session has been played.')
  }

  async function expect(step) {
    const from = lines.get(step.name)
    if (!from) return
    const until = Date.now() + 3000
    for (;;) {
      const next = from.got.findIndex(line => !line.startsWith('INFO '))
      if (next >= 0) {
        const line = from.got.splice(0, next + 1).at(-1)
        if (!step.matches(line)) say(step.name, 'note wrong', `the session has: ${step.text}`)
        return
      }
      if (Date.now() > until) return say(step.name, 'note wrong', `this did not come: ${step.text}`)
      await new Promise(done => { from.wake = done; setTimeout(done, 200) })
    }
  }

  input.addEventListener('keydown', e => {
    if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return
    e.preventDefault()
    back = Math.min(Math.max(back + (e.key === 'ArrowUp' ? -1 : 1), 0), written.length)
    input.value = written[back] ?? ''
  })
  page.signal.addEventListener('abort', () => { playing = null; for (const line of lines.values()) line.socket.close() })
  fill(log, h('li', { class: 'note' }, `A session with ${live.hello && live.hello.name !== live.hello.id ? live.hello.name : 'the broker'}. Try: SUB greet.* 1, then PUB greet.me 5, then hello.`))
}
