export interface Who {
  accountSid: string
  accountName: string
  keySid: string | null
}
