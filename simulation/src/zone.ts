// Where simulated towns and the demo lie. On its own, so that the launcher can know it without the
// town.

export const zone = 'Africa/Johannesburg';
