-- Reads a job and some of its items. ARGV: index of the first, how many.
-- Answers nothing, or: the job's fields, then of each item its text, state, result and due time (ms).
local k = keysOf(0)
local j = redis.call('HMGET', k.job, 'id', 'class', 'info', 'key', 'print', 'then', 'state', 'created', 'ended',
  'total', 'completed', 'failed', 'cancelled', 'next')
if not j[1] or j[7] == 'gone' then return {} end
j[#j + 1] = redis.call('ZCARD', k.leased)
local answer = {j}
for index = tonumber(ARGV[1]), math.min(ARGV[1] + ARGV[2], tonumber(j[10])) - 1 do
  local due = redis.call('ZSCORE', k.leased, index) or redis.call('ZSCORE', k.waiting, index)
  answer[#answer + 1] = {redis.call('HGET', k.items, index), redis.call('HGET', k.states, index),
    redis.call('HGET', k.results, index), due}
end
return answer
