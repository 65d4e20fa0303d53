package link

// Canonical is what is signed.
var Canonical = canonical
