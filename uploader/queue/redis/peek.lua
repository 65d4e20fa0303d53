-- Says which jobs of a shard are next, for each class that is asked for.
-- KEYS: for each class, its READY and its LATER. ARGV: how many jobs to name.
-- Answers for each class: milliseconds until the next of LATER is due (-1 for none), then job and turn of
-- each. A turn is a time in microseconds; the lowest goes first.
local clock = redis.call('TIME')
local ms = math.floor((clock[1] * 1000000 + clock[2]) / 1000)
local answer = {}
for n = 1, #KEYS, 2 do
  local ready, later = KEYS[n], KEYS[n + 1]
  local due = redis.call('ZRANGE', later, '-inf', ms, 'BYSCORE', 'LIMIT', 0, 100, 'WITHSCORES')
  for i = 1, #due, 2 do
    redis.call('ZREM', later, due[i])
    redis.call('ZADD', ready, 'NX', due[i + 1] * 1000, due[i])
  end
  local heads = redis.call('ZRANGE', ready, 0, ARGV[1] - 1, 'WITHSCORES')
  local coming = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
  table.insert(heads, 1, coming[2] and math.max(0, coming[2] - ms) or -1)
  answer[#answer + 1] = heads
end
return answer
