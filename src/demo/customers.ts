import type { Random } from './random.ts'

export interface Customer {
  firstName: string
  lastName: string
  phone: string
  secondPhone: string | undefined
  /** Whether memory knows this customer, with all numbers. */
  known: boolean
}

const firstNames =
  'Ada Bruno Carmen Dario Edda Farid Greta Hugo Ines Jonas Kaya Leon Mara Nils Olga Pia Quentin Rosa Said Tilda Uma Vito Wanda Yusuf Zoe'
const lastNames =
  'Abel Berger Costa Dahl Engel Ferro Gruber Hansen Ibarra Jensen Keller Lund Moreau Novak Okafor Petrov Rossi Sato Tanaka Urban Vogel Weiss Yilmaz Zeller'

/** Customers with numbers of their own; many have a second one, and memory knows most of them. */
export function inventCustomers(count: number, random: Random): Customer[] {
  const first = firstNames.split(' ')
  const last = lastNames.split(' ')
  return Array.from({ length: count }, (_, n) => ({
    firstName: random.pick(first),
    lastName: random.pick(last),
    phone: phoneOf(2_000_000 + n),
    secondPhone: random.chance(0.45) ? phoneOf(6_000_000 + n) : undefined,
    known: random.chance(0.75),
  }))
}

function phoneOf(number: number): string {
  return `+1555${number}`
}
