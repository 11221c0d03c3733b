// What a line of the protocol means, in a sentence.

// Names for parts of a line are in the order in which they stand there.
const rules = {
  went: {
    CONNECT: () => 'says who you are and how you want to be talked to; without it nothing is asked in this broker unless it has users',
    PUB: (subject, ...rest) => `publishes a message on ${subject ?? '?'}${rest.length > 1 ? `, to be answered on ${rest[0]}` : ''}; the next line is its payload of ${rest.at(-1) ?? '?'} bytes`,
    HPUB: (subject, ...rest) => `publishes a message with headers on ${subject ?? '?'}; ${rest.at(-2) ?? '?'} bytes of headers, ${rest.at(-1) ?? '?'} in all`,
    SUB: (subject, ...rest) => `subscribes to ${wild(subject)}${rest.length > 1 ? ` as a member of the queue group ${rest[0]}` : ''}; messages will carry the number ${rest.at(-1) ?? '?'}`,
    UNSUB: (sid, max) => (max ? `ends subscription ${sid} after ${max} messages` : `ends subscription ${sid}`),
    PING: () => 'asks for a PONG: it comes when everything before it has been done',
    PONG: () => 'answers a PING, so that the connection is known to be alive',
    INFO: () => 'is for servers to say',
  },
  came: {
    INFO: (...json) => info(json.join(' ')),
    MSG: (subject, sid, ...rest) => `a message on ${subject} for subscription ${sid}${rest.length > 1 ? `, to be answered on ${rest[0]}` : ''}; the next line is its payload of ${rest.at(-1)} bytes`,
    HMSG: (subject, sid, ...rest) => `a message with headers on ${subject} for subscription ${sid}; ${rest.at(-2)} bytes of headers, ${rest.at(-1)} in all`,
    PING: () => 'the broker asks whether you are there',
    PONG: () => 'everything before your PING has been done',
    '+OK': () => 'done; the broker confirms each line until CONNECT says "verbose": false',
    '-ERR': (...words) => error(words.join(' ')),
  },
}

export function explain(line, direction) {
  const [verb, ...args] = line.trim().split(/[ \t]+/)
  const rule = rules[direction]?.[verb.toUpperCase()]
  return rule ? rule(...args) : ''
}

function wild(subject = '?') {
  const notes = []
  if (subject.split('.').includes('*')) notes.push('* is any one word')
  if (subject === '>' || subject.endsWith('.>')) notes.push('> is all that follows')
  return notes.length ? `${subject} (${notes.join(', ')})` : subject
}

function info(json) {
  try {
    const i = JSON.parse(json)
    return `the broker introduces itself: ${i.server_name ?? i.server_id}, version ${i.version}, payloads up to ${i.max_payload} bytes${i.auth_required ? ', and you have to say who you are by CONNECT' : ''}`
  } catch {
    return 'the broker introduces itself'
  }
}

const errors = [
  [/Unknown Protocol/i, 'there is no such operation; the connection is closed'],
  [/Authorization|Authentication/i, 'you may not come in: CONNECT has to say who you are'],
  [/Permissions Violation/i, 'your user may not do this; the connection goes on'],
  [/Maximum Payload/i, 'the message is larger than INFO allows'],
  [/Invalid.*Subject/i, 'a subject has words with dots between them, none of them empty'],
  [/Slow Consumer/i, 'you did not read fast enough'],
  [/Stale/i, 'you have not answered the last PINGs'],
  [/Parser Error/i, 'the line could not be read'],
]

const error = words => errors.find(([pattern]) => pattern.test(words))?.[1] ?? 'something was wrong with what you sent'
