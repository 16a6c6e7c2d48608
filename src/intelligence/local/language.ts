import model from 'wink-eng-lite-web-model'
import winkNLP, { type ItemSentence, type ItemToken, type ItsFunction } from 'wink-nlp'

/** A sentence with what the language library makes of it. */
export interface Sentence {
  text: string
  /** From -1, angry, to 1, delighted; 0 where no word tells. Negation is taken into account. */
  sentiment: number
  /** Stems of its words, without punctuation and the words that every sentence has. */
  stems: string[]
}

// The model is of English; other languages yield few words that tell, and so neutral and unremarkable texts.
const nlp = winkNLP(model, ['sbd', 'negation', 'sentiment', 'pos'])
const { its } = nlp

/** The sentences of a text, in order. */
export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = []
  nlp
    .readDoc(plainQuotes(text))
    .sentences()
    .each((sentence: ItemSentence) => {
      sentences.push({
        text: sentence.out().trim(),
        sentiment: Number(sentence.out(its.sentiment)),
        stems: sentence
          .tokens()
          .filter(isTelling)
          .out(its.stem as ItsFunction<string>),
      })
    })
  return sentences
}

/** The stems of all words of a text, as `Sentence.stems`. */
export function stemsOf(text: string): string[] {
  return sentencesOf(text).flatMap(({ stems }) => stems)
}

/** What people type as quotes and apostrophes, as the one that libraries and patterns know. */
export function plainQuotes(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"')
}

function isTelling(token: ItemToken): boolean {
  const isWord = token.out(its.type) === 'word' || token.out(its.type) === 'number'
  return isWord && !token.out(its.stopWordFlag)
}
