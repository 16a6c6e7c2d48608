/** Somebody whom the customer speaks of, and how a statement calls them. */
export type Person = string

interface Pattern {
  /** Of one clause, with short forms written out and without the full stop. */
  match: RegExp
  /** The statement without full stop; undefined where it would not be worth remembering. */
  state: (match: RegExpExecArray, person: Person | undefined) => string | undefined
  /** Who is meant by "he" and "she" from now on. */
  names?: (match: RegExpExecArray) => Person
}

const relations =
  'wife|husband|partner|fianc[eé]e?|son|daughter|mother|mum|mom|father|dad|sister|brother|girlfriend|boyfriend'
const pets = 'dog|cat|horse|rabbit|parrot|puppy|kitten'
/** Whom not everybody has, so that having them is worth a statement. */
const dependants = `son|daughter|baby|kids|children|twins|${pets}`
/** What somebody is for longer than today. */
const lasting =
  'allergic to|intolerant|lactose|vegan|vegetarian|coeliac|celiac|diabetic|pregnant|retired|self-employed|unemployed|left-handed|right-handed|deaf|blind|hard of|afraid of|scared of|colou?r-?blind|a (?:big )?(?:fan|member) of|members? since|married|divorced|widowed|greek|french|german|italian|spanish|polish|british|american|based in|from|hearing impaired|at home|not at home'
const often = 'always|usually|normally|mostly|often|only|never|rarely'
const habits =
  'live|work|commute|cycle|drive|run|own|use|speak|wear|train|travel|fly|pay|drink|eat|prefer|collect|play|study|teach|smoke|sleep|have|come|take|need'
/** Verbs that tell of a habit only together with a word that says so. */
const weak = new Set([
  'have',
  'come',
  'take',
  'need',
  'pay',
  'run',
  'train',
  'travel',
  'fly',
  'sleep',
  'play',
  'use',
  'own',
])
const regularly =
  /\b(always|usually|normally|mostly|often|only|never|rarely|every|each|daily|weekly|on (mon|tues|wednes|thurs|fri|satur|sun)days|mornings|evenings|nights|since|by (card|cash|train|bus)|for sport)\b/i
/** Nothing that lasts begins like this. */
const passing =
  /^(it|this|that|the (last|first|same|bill|email|app)|to|a (question|problem|refund|look|copy|new|code)|my (order|money|account)|your)\b/i
const possessions =
  /^(a|an|two|three|no) (.*\b(passport|allergy|baby|son|daughter|dog|cat|car|bike|garden|business|company|shop|bakery|wheelchair|thinkpad|iphone|nikon)s?\b.*)$/i
const businesses =
  /^(a|an|my own|our own) .*\b(shop|bakery|company|business|farm|restaurant|caf[eé]|hotel|studio|practice)\b/i
const professions =
  /^(a|an) (nurse|doctor|teacher|musician|student|baker|driver|lawyer|engineer|developer|designer|writer|photographer|farmer|chef|carer|pilot|plumber|electrician|pensioner|veteran|parent|single parent)\b/i

/** Most telling first; a clause may match several. */
export const patterns: readonly Pattern[] = [
  { match: /\b[Mm]y name is ([A-Z][\w'-]+(?: [A-Z][\w'-]+)*)/, state: ([, name]) => `the customer's name is ${name}` },
  {
    match: /^i (?:just |recently )?moved to ([A-Z][\w ]+?)(?: last| this| in| a |$)/i,
    state: ([, place]) => `the customer moved to ${place}`,
  },
  { match: /^i became ([\w-]+(?: [\w-]+)*)$/i, state: ([, what]) => `the customer became ${reversed(what)}` },
  {
    match: new RegExp(`^(?:(?:i|we) (?:am|are)) (?:also |now )?((?:${lasting})\\b.*)$`, 'i'),
    state: ([, what]) => `the customer is ${reversed(what)}`,
  },
  {
    match: /^(?:by the way )?i am (an? .+)$/i,
    state: ([, what]) => (professions.test(what ?? '') ? `the customer is ${reversed(what)}` : undefined),
  },
  { match: /\blooking for work as (an? \w+)/i, state: ([, what]) => `the customer is ${what}` },
  { match: /^we are getting married (.+)$/i, state: ([, when]) => `the customer is getting married ${when}` },
  {
    match: new RegExp(`^(?:(?:and|so|but|please|oh) )*(?:i|we) (${often})? ?(${habits}) (.+)$`, 'i'),
    state: ([, adverb, verb = '', rest = '']) => habit(adverb, verb.toLowerCase(), rest),
  },
  {
    match: /^(?:i|we) can only come (.+)$/i,
    state: ([, when]) => `the customer can only come ${when}`,
  },
  {
    match: /^(?:i|we) would prefer (?!to\b)(.+?)(?: from now on)?$/i,
    state: ([, what]) => `the customer prefers ${reversed(what)}`,
  },
  {
    match: /^(?:i|we) (love|like|enjoy|hate|adore) (.+)$/i,
    state: ([, verb = '', what = '']) =>
      /^(it|this|that|the|my|your|how|you|to|these|those|them)\b/i.test(what)
        ? undefined
        : `the customer ${third(verb)} ${reversed(what)}`,
  },
  {
    match: /^(?:i|we) do not (like|eat|drink|have|own|speak|drive|want) (.+)$/i,
    state: ([, verb = '', what = '']) =>
      /^(it|this|that|know|any|the|an? (idea|code|number))\b/i.test(what) || verb === 'want'
        ? undefined
        : `the customer does not ${verb} ${reversed(what)}`,
  },
  {
    match: /^(?:i|we) have been (?:a |your )?(customers?|members?|clients?) (.+)$/i,
    state: ([, what = '', since]) => `the customer has been a ${what.replace(/s$/, '')} ${since}`,
  },
  { match: /^(?:i|we) have had (no .+)$/i, state: ([, what]) => `the customer has had ${what}` },
  { match: /^my budget is (.+)$/i, state: ([, what]) => `the customer's budget is ${what}` },
  {
    match: /^at most ([\d.,]+ a (?:month|week|year))$/i,
    state: ([, what]) => `the customer's budget is at most ${what}`,
  },
  {
    match: /\b(?:my|our) (?:\w+ )??(garden|house|flat|car) (faces|is|has) (.+)$/i,
    state: ([, what = '', verb, rest = '']) =>
      verb === 'faces' ? `the customer's ${what} ${verb} ${rest}` : undefined,
  },
  {
    match: /^([\w ]+) (?:is|are) my favourite$/i,
    state: ([, what]) => `${what} is the customer's favourite`,
  },
  {
    match: /^((?:early |late )?(?:mornings|afternoons|evenings|weekends)) are best\b/i,
    state: ([, when]) => `${when} are best for the customer`,
  },
  { match: /^any day but (\w+)$/i, state: ([, day]) => `${day} does not suit the customer` },
  {
    match: new RegExp(`\\b(?:[Mm]y|[Oo]ur) (${relations}|${pets}) ([A-Z]\\w+)`, ''),
    names: ([, , name]) => String(name),
    state: ([, who, name]) => `the customer has a ${who} called ${name}`,
  },
  {
    match: new RegExp(`\\b(?:my|our|a) (?:\\w+ )?(${dependants})\\b(?! [A-Z])`, ''),
    names: ([, who]) => `the customer's ${who}`,
    state: ([, who]) =>
      who === 'kids' || who === 'children' ? `the customer has ${who}` : `the customer has a ${who}`,
  },
  {
    match: new RegExp(
      `\\b(?:my|our) (${relations}|${pets}) (prefers|hates|loves|likes|is|turned|works|lives|uses|speaks|eats|drinks) (.+)$`,
      'i',
    ),
    names: ([, who]) => `the customer's ${who}`,
    state: ([, who, verb, rest = '']) =>
      passing.test(rest) || (verb === 'is' && !new RegExp(`^(?:also )?(?:${lasting})\\b`, 'i').test(rest))
        ? undefined
        : `the customer's ${who} ${verb} ${reversed(rest)}`,
  },
  {
    match: new RegExp(
      `^(?:he|she) (?:is (?:also )?((?:${lasting}).*)|(prefers|hates|loves|adores|likes|eats|drinks) (.+))$`,
      'i',
    ),
    state: ([, what, verb, rest = ''], person) => {
      if (person === undefined || /^(it|this|that|your|the)\b/i.test(rest)) return undefined
      return what === undefined ? `${person} ${verb} ${reversed(rest)}` : `${person} is ${reversed(what)}`
    },
  },
  {
    match: /\b(?:her|his|my|our) ((?:\w+ )?(?:birthday|anniversary|wedding)) is (?:on|in) (.+)$/i,
    state: ([, what, when]) => `the ${what} is on ${when}`,
  },
  {
    match: /^it is our ((?:\w+ )?anniversary) (in|on) (.+)$/i,
    state: ([, what, word, when]) => `the customer's ${what} is ${word} ${when}`,
  },
]

function habit(adverb: string | undefined, verb: string, rest: string): string | undefined {
  const speaksOften = adverb !== undefined || regularly.test(rest)
  if (passing.test(rest) && !(speaksOften && /^it\b/.test(rest))) return undefined
  if (verb === 'have' && !possessions.test(rest)) return undefined
  if (verb === 'need' && !/\b(mostly|every)\b/i.test(rest)) return undefined
  const isOwner = (verb === 'run' || verb === 'own') && businesses.test(rest)
  const isTool = verb === 'use' && /^(an? |[A-Z])/.test(rest)
  if (weak.has(verb) && verb !== 'have' && !speaksOften && !isOwner && !isTool) return undefined
  return `the customer ${adverb ? `${adverb} ` : ''}${third(verb)} ${reversed(rest)}`
}

/** The verb as it is said of somebody else. */
function third(verb: string): string {
  if (verb === 'have') return 'has'
  if (/(s|sh|ch|x|o)$/.test(verb)) return `${verb}es`
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`
}

const others: Readonly<Record<string, string>> = {
  i: 'they',
  we: 'they',
  me: 'them',
  us: 'them',
  my: 'their',
  our: 'their',
  mine: 'theirs',
  am: 'are',
}

/** Said by the customer, told of the customer. */
function reversed(text: string | undefined): string {
  return (text ?? '').replace(/\b(i|we|me|us|my|our|mine|am)\b/gi, (word) => others[word.toLowerCase()] ?? word)
}
