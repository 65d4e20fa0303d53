-- Leases the next item of the first of some jobs that has one.
-- ARGV: token, lease (ms), then the jobs whose keys follow those of the shard.
-- Answers nothing, or: job, class, info, key, print, then, created, state, index, item, attempts, lease's end (ms).
local token, lease = ARGV[1], tonumber(ARGV[2])

local function answer(k, job, index)
  local _, attempts = stateOf(k, index)
  local a = redis.call('HMGET', k.job, 'class', 'info', 'key', 'print', 'then', 'created', 'state')
  table.insert(a, 1, job)
  a[#a + 1] = index
  a[#a + 1] = redis.call('HGET', k.items, index)
  a[#a + 1] = attempts
  a[#a + 1] = redis.call('ZSCORE', k.leased, index)
  return a
end

-- firstDue is the lowest index of those in a set that are due.
local function firstDue(set)
  local first
  for _, index in ipairs(redis.call('ZRANGE', set, '-inf', ms, 'BYSCORE', 'LIMIT', 0, 100)) do
    if not first or tonumber(index) < first then first = tonumber(index) end
  end
  return first
end

local function leaseTo(k, index)
  local state, attempts, old = stateOf(k, index)
  if state == 'l' then
    redis.call('HDEL', k.held, old)
  else
    count('leased', 1)
    count(state and 'given' or 'fresh', -1)
    if state then redis.call('ZREM', k.waiting, index) else redis.call('HINCRBY', k.job, 'next', 1) end
  end
  setState(k, index, 'l', (attempts or 0) + 1, token)
  redis.call('HSET', k.held, token, index)
  redis.call('ZADD', k.leased, ms + lease, index)
end

-- What was claimed before has an index below that of what was not.
local function choose(k, job)
  local state, nextIndex, total = unpack(redis.call('HMGET', k.job, 'state', 'next', 'total'))
  if state ~= 'running' and state ~= 'cancelled' then return nil end
  local index, again = firstDue(k.leased), firstDue(k.waiting)
  if not index or again and again < index then index = again end
  if not index and state == 'running' and tonumber(nextIndex) < tonumber(total) then index = tonumber(nextIndex) end
  return index
end

for n = 3, #ARGV do
  local k = keysOf(n - 3)
  local index = redis.call('HGET', k.held, token)
  if index then return answer(k, ARGV[n], index) end
end
for n = 3, #ARGV do
  local k, job = keysOf(n - 3), ARGV[n]
  local index = choose(k, job)
  if index then
    leaseTo(k, index)
    redis.call('ZADD', READY, us, job)
  end
  place(k, job)
  tell(job)
  if index then return answer(k, job, index) end
end
return {}
