/** Another transaction was faster. Carries PostgreSQL's own code for that, so the store runs this one again, which then sees what the other did. */
export class LostRace extends Error {
  readonly code = '40001'
  constructor() {
    super('Another transaction changed the same profiles.')
    this.name = 'LostRace'
  }
}
