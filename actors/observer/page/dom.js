// Elements, without markup: a text is always text, whoever chose it.

const svgSpace = 'http://www.w3.org/2000/svg'

// h makes an element: properties, "on…" listeners, "class", "data-…" and "aria-…"
// attributes, then children. A child that is null or false is left out.
export function h(tag, props, ...children) {
  const e = document.createElement(tag)
  for (const [key, value] of Object.entries(props ?? {})) set(e, key, value)
  return put(e, ...children)
}

// s makes an element of SVG. All its properties are attributes.
export function s(tag, props, ...children) {
  const e = document.createElementNS(svgSpace, tag)
  for (const [key, value] of Object.entries(props ?? {})) {
    if (key.startsWith('on')) e.addEventListener(key.slice(2), value)
    else if (value != null) e.setAttribute(key, value)
  }
  return put(e, ...children)
}

function set(e, key, value) {
  if (value == null || value === false) return
  if (key.startsWith('on')) e.addEventListener(key.slice(2), value)
  else if (key === 'class') e.className = value
  else if (key.includes('-') || key === 'role' || key === 'for' || key === 'colspan') e.setAttribute(key, value)
  else e[key] = value
}

function put(e, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child != null && child !== false) e.append(child instanceof Node ? child : String(child))
  }
  return e
}

// fill exchanges the children of an element.
export function fill(e, ...children) {
  e.replaceChildren()
  return put(e, ...children)
}

// text changes the text of an element if it is another one.
export function text(e, value) {
  value = String(value)
  if (e.textContent !== value) e.textContent = value
}

// keep has a list of elements show items, one element for each key: what stays is moved
// and updated, so that focus and animations outlive an update.
export function keep(parent, items, keyOf, make, update) {
  const old = parent.kept ?? new Map()
  const next = new Map()
  let at = parent.firstChild
  for (const item of items) {
    const key = keyOf(item)
    const e = old.get(key) ?? make(item)
    next.set(key, e)
    update?.(e, item)
    if (e === at) at = at.nextSibling
    else parent.insertBefore(e, at)
  }
  for (const [key, e] of old) if (!next.has(key)) e.remove()
  parent.kept = next
}

// bar is a measure of how full something is. setBar changes it.
export function bar(part) {
  const e = h('span', { class: 'bar' }, h('i'))
  return setBar(e, part)
}

export function setBar(e, part) {
  part = Math.min(Math.max(part || 0, 0), 1)
  e.className = 'bar' + (part > 0.8 ? ' bad' : part > 0.4 ? ' warn' : '')
  e.firstChild.style.transform = `scaleX(${part})`
  e.title = `${(part * 100).toFixed(part < 0.1 ? 1 : 0)}%`
  return e
}

// facts is a list of names and values. A value that is empty is left out.
export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs
    .filter(([, value]) => value !== '' && value != null)
    .map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))
}

// toast says something for a moment.
export function toast(line, wrong) {
  document.querySelector('.toast')?.remove()
  const e = h('div', { class: wrong ? 'toast wrong' : 'toast', role: 'status' }, line)
  document.body.append(e)
  setTimeout(() => e.remove(), 5000)
}
