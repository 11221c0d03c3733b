// The frame of the page: which view is shown, the head, the keys.

import { live, act as post } from './live.js'
import { h, s, fill, text, toast } from './dom.js'
import { duration } from './format.js'
import { now } from './views/now.js'

// The views. Each is a function that fills an element and ends when its signal is aborted.
const views = [
  { id: 'now', title: 'Now', icon: 'M3 17l5-6 4 3 8-10', load: async () => now },
  { id: 'tree', title: 'Tree', icon: 'M4 12h5M9 5v14M9 5h6M9 12h6M9 19h6M18 5h2M18 12h2M18 19h2', load: async () => (await import('./views/tree.js')).tree },
  { id: 'timeline', title: 'Timeline', icon: 'M3 12h18M7 9v6M12 6v12M17 10v4', load: async () => (await import('./views/timeline.js')).timeline },
  { id: 'connections', title: 'Connections', icon: 'M4 7h10M4 17h16M17 4v6M8 14v6', load: async () => (await import('./views/connections.js')).connections },
  { id: 'subjects', title: 'Subjects', icon: 'M4 6h16M4 12h11M4 18h6', load: async () => (await import('./views/subjects.js')).subjects },
  { id: 'taps', title: 'Taps', icon: 'M5 4v8a7 7 0 0 0 14 0V4M12 19v2', load: async () => (await import('./views/taps.js')).taps },
  { id: 'console', title: 'Console', icon: 'M5 7l5 5-5 5M12 18h7', load: async () => (await import('./views/console.js')).consoleView },
  { id: 'lab', title: 'Lab', icon: 'M9 3h6M10 3v6L4 20h16L14 9V3', load: async () => (await import('./views/lab.js')).lab, only: hello => hello.lab },
]

const main = document.getElementById('main')
const nav = document.getElementById('views')
const drawer = document.getElementById('drawer')
let showing = null // of the view: id and abort

function menu() {
  const offered = views.filter(v => !v.only || (live.hello && v.only(live.hello)))
  fill(nav, offered.map((v, i) => h('a', { href: `#${v.id}`, 'data-view': v.id, 'aria-label': v.title },
    s('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, s('path', { d: v.icon })), h('span', { class: 'title' }, v.title),
    h('span', { class: 'badge', hidden: true, 'data-badge': v.id }), h('kbd', {}, String(i + 1)))))
  mark()
}

function mark() {
  for (const a of nav.querySelectorAll('a')) {
    if (a.dataset.view === showing?.id) a.setAttribute('aria-current', 'page')
    else a.removeAttribute('aria-current')
  }
}

// show shows the view that the address names. What stands behind a slash is for the view.
async function show() {
  const [id, ...rest] = decodeURIComponent(location.hash.slice(1)).split('/')
  const view = views.find(v => v.id === id) ?? views[0]
  if (view.only && !live.hello) await new Promise(told => live.on('hello', told))
  const more = rest.join('/')
  if (showing?.id === view.id) {
    showing.go?.(more)
    return
  }
  showing?.abort.abort()
  close()
  const abort = new AbortController()
  const mine = showing = { id: view.id, abort }
  document.title = `${view.title} – ${live.hello?.name ?? 'Troupe'}`
  mark()
  try {
    const fillView = await view.load()
    if (mine !== showing) return
    main.replaceChildren()
    mine.go = fillView(main, { signal: abort.signal, open, close, act, login }) ?? null
    mine.go?.(more)
  } catch (e) {
    fill(main, h('p', { class: 'note wrong' }, `This view could not be loaded: ${e.message}`))
  }
}

// open shows details beside the view until they are closed. It returns the element to fill.
let closed = null
export function open(title, onclose) {
  close()
  closed = onclose ?? null
  const body = h('div', { class: 'stack' })
  fill(drawer, h('header', {}, h('h1', {}, title), h('button', { class: 'quiet', type: 'button', 'aria-label': 'Close', onclick: close }, '✕')), body)
  drawer.hidden = false
  drawer.querySelector('button').focus({ preventScroll: true })
  return body
}

function close() {
  if (drawer.hidden) return
  drawer.hidden = true
  drawer.replaceChildren()
  closed?.()
  closed = null
}

// act changes something, and says so if that was refused.
async function act(path, body) {
  try {
    return await post(path, body, login)
  } catch (e) {
    toast(e.message, true)
    return null
  }
}

// login asks who is at the page. It is null if nobody wants to say.
function login(again) {
  return new Promise(done => {
    const user = h('input', { type: 'text', name: 'user', autocomplete: 'username', required: true })
    const password = h('input', { type: 'password', name: 'password', autocomplete: 'current-password' })
    const dialog = h('dialog', {}, h('form', { method: 'dialog' },
      h('h2', {}, 'A user of the system account'),
      h('p', { class: again ? 'wrong' : 'dim' }, again ? 'This user may not do that.' : 'From this machine nobody is asked. You come from another one.'),
      h('label', {}, 'User', user), h('label', {}, 'Password', password),
      h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), h('button', { class: 'main', value: 'yes' }, 'Go on'))))
    dialog.addEventListener('close', () => {
      dialog.remove()
      done(dialog.returnValue === 'yes' ? { user: user.value, password: password.value } : null)
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}

function help() {
  const keys = [['1 – 8', 'another view'], ['/', 'search in this view'], ['t', 'dark or light'], ['Esc', 'close the details'], ['?', 'this list']]
  const dialog = h('dialog', { onclose: () => dialog.remove(), onclick: e => e.target === dialog && dialog.close() },
    h('form', { method: 'dialog' }, h('h2', {}, 'Keys'), h('dl', { class: 'facts' }, keys.map(([k, what]) => [h('dt', {}, h('kbd', {}, k)), h('dd', {}, what)])), h('div', { class: 'actions' }, h('button', { class: 'main' }, 'Close'))))
  document.body.append(dialog)
  dialog.showModal()
}

const root = document.documentElement
const preferred = matchMedia('(prefers-color-scheme: light)')
function theme() { root.dataset.theme = localStorage.getItem('theme') ?? (preferred.matches ? 'light' : 'dark') }
function otherTheme() {
  localStorage.setItem('theme', root.dataset.theme === 'light' ? 'dark' : 'light')
  theme()
  dispatchEvent(new Event('resize'))
}

const words = { connecting: ['connecting', 'warn'], live: ['live', 'good'], lost: ['no answer', 'bad'], paused: ['paused', ''] }
function head() {
  const link = document.getElementById('link')
  const [word, color] = words[live.link]
  text(link, word)
  link.className = `chip state ${color}`
  if (!live.hello) return
  text(document.getElementById('name'), live.hello.name === live.hello.id ? 'Troupe' : live.hello.name)
  document.getElementById('name').title = live.hello.id
  text(document.getElementById('version'), live.hello.version)
  text(document.getElementById('uptime'), 'up ' + duration(Date.now() - Date.parse(live.hello.start)))
}

document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return
  if (e.key === 'Escape') return close()
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || document.querySelector('dialog')) return
  if (e.key === 't') otherTheme()
  else if (e.key === '?') help()
  else if (e.key === '/') {
    const field = main.querySelector('input')
    if (!field) return
    e.preventDefault()
    field.focus()
  } else if (/^[1-8]$/.test(e.key)) nav.querySelectorAll('a')[e.key - 1]?.click()
})

theme()
preferred.addEventListener('change', theme)
document.getElementById('theme').onclick = otherTheme
document.getElementById('keys').onclick = help
live.on('link', head)
live.on('hello', () => { head(); menu(); document.title = `${views.find(v => v.id === showing?.id)?.title} – ${live.hello.name}` })
live.on('now', head)
addEventListener('hashchange', show)
menu()
show()
live.start()
