import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Utterance } from '../domain/transcript.ts'
import { type SentimentLabel, sentimentOf } from './sentiment.ts'

const customer = (text: string): Utterance => ({ id: null, side: 'CUSTOMER', text })
const business = (text: string): Utterance => ({ id: null, side: 'BUSINESS', text })

const cases: [told: string, transcript: Utterance[], label: SentimentLabel][] = [
  ['praise', [customer('The cake was perfect, everyone was happy!')], 'positive'],
  ['a complaint', [customer('This is unacceptable. Nobody calls me back.')], 'negative'],
  ['a plain question', [customer('What time do you open on Sundays?')], 'neutral'],
  ['praise that turns round', [customer('The room was lovely, but the waiter was rude.')], 'mixed'],
  ['a denied praise', [customer('I am not happy with this.')], 'negative'],
  ['courtesy only', [customer('Ok, thanks.')], 'neutral'],
  ['a polite wish', [customer('I would love a seat by the window.')], 'neutral'],
  ['typographic quotes', [customer('I’m furious, this isn’t what I ordered.')], 'negative'],
  [
    'what the business feels',
    [customer('Where is my parcel?'), business('I am terribly sorry, how awful!')],
    'neutral',
  ],
  ['somebody not known to be a customer', [{ id: null, side: 'UNKNOWN', text: 'This is awful.' }], 'negative'],
  ['nobody saying anything', [], 'neutral'],
]

for (const [told, transcript, label] of cases) {
  test(`${told} is ${label}`, () => assert.equal(sentimentOf(transcript), label))
}
