import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observationsOf } from './observations.ts'

const said: [text: string, statements: string[]][] = [
  ['Yes, I’m allergic to shellfish.', ['The customer is allergic to shellfish.']],
  ['My name is Sarah Whitfield.', ["The customer's name is Sarah Whitfield."]],
  ['I moved to Leeds last month.', ['The customer moved to Leeds.']],
  ['I became self-employed in January.', ['The customer became self-employed in January.']],
  ["I'm a musician.", ['The customer is a musician.']],
  ["I'm a bit late.", []],
  ["I'm looking for work as a nurse.", ['The customer is a nurse.']],
  ["We're getting married on 12 July.", ['The customer is getting married on 12 July.']],
  ['I work from home and I lose money every hour.', ['The customer works from home.']],
  ['I usually pay by card.', ['The customer usually pays by card.']],
  ['I study at night.', ['The customer studies at night.']],
  ['I teach in Bath.', ['The customer teaches in Bath.']],
  ['I run a small bakery in Bath.', ['The customer runs a small bakery in Bath.']],
  ['I use a Nikon.', ['The customer uses a Nikon.']],
  ['I need it mostly for video calls.', ['The customer needs it mostly for video calls.']],
  ['I have a Brazilian passport.', ['The customer has a Brazilian passport.']],
  ['I have a question.', []],
  ['I need a copy of the bill.', []],
  ['I can only come on Wednesdays after five.', ['The customer can only come on Wednesdays after five.']],
  ["I'd prefer appointments in the afternoon from now on.", ['The customer prefers appointments in the afternoon.']],
  ['I like old films.', ['The customer likes old films.']],
  ['I love it.', []],
  ["I don't like sweet wines.", ['The customer does not like sweet wines.']],
  ["I don't want this magazine any more.", []],
  ["I've been a customer for twelve years.", ['The customer has been a customer for twelve years.']],
  ["I've had no accident in twenty years!", ['The customer has had no accident in twenty years.']],
  ['My budget is 900 a month.', ["The customer's budget is 900 a month."]],
  ['At most 1,400 a month.', ["The customer's budget is at most 1,400 a month."]],
  ['My garden faces north.', ["The customer's garden faces north."]],
  ['My garden is a mess.', []],
  ['Green tea is my favourite.', ["Green tea is the customer's favourite."]],
  ['Mornings are best for me.', ['Mornings are best for the customer.']],
  ['Any day but Tuesday.', ['Tuesday does not suit the customer.']],
  ['My daughter Emma sings.', ['The customer has a daughter called Emma.']],
  ['Evenings are when my kids do homework.', ['The customer has kids.']],
  ['I came with our dog.', ['The customer has a dog.']],
  ['My wife prefers trains to planes.', ["The customer's wife prefers trains to planes."]],
  ['My fiancé is Greek.', ["The customer's fiancé is Greek."]],
  ['My husband is angry.', []],
  [
    'My cat Miso eats. She is allergic to chicken.',
    ['The customer has a cat called Miso.', 'Miso is allergic to chicken.'],
  ],
  [
    'My son turned six and he adores chocolate.',
    ["The customer's son turned six.", "The customer's son adores chocolate."],
  ],
  ['He hates carrots.', []],
  ['Her birthday is on 4 May.', ['The birthday is on 4 May.']],
  ["It's our tenth anniversary in June.", ["The customer's tenth anniversary is in June."]],
  ['I am vegan. I am vegan!', ['The customer is vegan.']],
  ['Do I bring my own laptop?', []],
  ['I am waiting for my parcel.', []],
]

for (const [text, statements] of said) {
  test(`of “${text}” is remembered: ${statements.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(observationsOf([{ id: null, side: 'CUSTOMER', text }]), statements)
  })
}

test('what the business says of itself is not remembered of the customer', () => {
  assert.deepEqual(observationsOf([{ id: null, side: 'BUSINESS', text: 'I work from home.' }]), [])
})
