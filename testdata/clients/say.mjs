// Each script says what it sees on its standard output, a line of JSON at a time.
export const say = (what) => console.log(JSON.stringify(what))
