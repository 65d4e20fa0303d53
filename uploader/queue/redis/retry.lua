-- Gives an item back. ARGV: job, index, token, milliseconds until it is due. Answers: ok, stale.
local k = keysOf(0)
local job, index, token, after = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local state, attempts, holder = stateOf(k, index)
if holder ~= token then return 'stale' end
if state == 'w' or state == 'x' then
  touch()
  return 'ok'
end
if state ~= 'l' then return 'stale' end
local jobState, class = unpack(redis.call('HMGET', k.job, 'state', 'class'))
if jobState == 'cancelled' then
  settle(k, index, 'x', attempts, token, '')
  close(k, job)
  place(k, job)
else
  setState(k, index, 'w', attempts, token)
  redis.call('ZREM', k.leased, index)
  redis.call('HDEL', k.held, token)
  redis.call('ZADD', k.waiting, ms + after, index)
  count('leased', -1)
  count('given', 1)
  place(k, job)
  nudge(class, after)
end
tell(job)
return 'ok'
