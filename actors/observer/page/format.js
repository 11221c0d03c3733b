// Numbers, sizes and times for people.

const steps = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']]

// count is a number with three digits: 1.23M.
export function count(n) {
  if (n == null || Number.isNaN(n)) return '–'
  for (const [size, unit] of steps) {
    if (Math.abs(n) >= size) return short(n / size) + unit
  }
  return Number.isInteger(n) ? String(n) : short(n)
}

const short = n => n.toFixed(Math.abs(n) >= 100 ? 0 : Math.abs(n) >= 10 ? 1 : 2)

const sizes = ['B', 'kB', 'MB', 'GB', 'TB']

// bytes is a size: 1.23 MB.
export function bytes(n) {
  if (n == null) return '–'
  let i = 0
  while (Math.abs(n) >= 1000 && i < sizes.length - 1) { n /= 1000; i++ }
  return `${i === 0 ? Math.round(n) : short(n)} ${sizes[i]}`
}

// duration is a time in milliseconds: 1.2 ms, 3 s, 2 h 5 min.
export function duration(ms) {
  if (ms == null || Number.isNaN(ms)) return '–'
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 1000) return `${short(ms)} ms`.replace(/\.?0+ /, ' ')
  const s = ms / 1000
  if (s < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']]
  let left = Math.round(s)
  const out = []
  for (const [size, unit] of parts) {
    if (left >= size || out.length) {
      if (left >= size) out.push(`${Math.floor(left / size)} ${unit}`)
      left %= size
    }
    if (out.length === 2) break
  }
  return out.join(' ')
}

// ns is a duration in nanoseconds.
export const ns = n => duration((n ?? 0) / 1e6)

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

// clock is the time of day; ago is how long that is past.
export const clock = at => clockFormat.format(at instanceof Date ? at : new Date(at))
export const ago = (at, now = Date.now()) => `${duration(Math.max(now - new Date(at), 0))} ago`

// share is a part of a whole, as a percentage.
export const share = (part, whole) => (whole > 0 ? `${(part / whole * 100).toFixed(part / whole < 0.1 ? 1 : 0)}%` : '0%')

// plural counts things.
export const plural = (n, one, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`
