-- Ends an item. ARGV: job, index, token, c or f, result. Answers: ok, stale.
local k = keysOf(0)
local job, index, token, ending = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local state, attempts, holder = stateOf(k, index)
if holder ~= token then return 'stale' end
if state == ending then
  touch()
  return 'ok'
end
if state ~= 'l' then return 'stale' end
settle(k, index, ending, attempts, token, ARGV[5])
close(k, job)
place(k, job)
tell(job)
return 'ok'
