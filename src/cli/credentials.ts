export interface Credentials {
  sid?: string
  authToken?: string
  keySid?: string
  keySecret?: string
}

/** Prints what is never shown again: lines for a shell on standard output, the warning beside them. */
export function printCredentials({ sid, authToken, keySid, keySecret }: Credentials): void {
  if (authToken !== undefined || keySecret !== undefined) console.error('These secrets are not shown again:')
  if (sid !== undefined) console.log(`export TWILIO_ACCOUNT_SID=${sid}`)
  if (authToken !== undefined) console.log(`export TWILIO_AUTH_TOKEN=${authToken}`)
  if (keySid !== undefined) console.log(`export TWILIO_API_KEY=${keySid}`)
  if (keySecret !== undefined) console.log(`export TWILIO_API_SECRET=${keySecret}`)
}
