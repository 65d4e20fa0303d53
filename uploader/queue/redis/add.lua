-- Adds a batch to a job, which it makes when there is none.
-- KEYS after the job's: what revoked its reservation of the key.
-- ARGV: job, 1 for the last batch, digest of the batch, token of the reservation ('' for none), when that
-- ends (ms), class, info, key, print, then ('' for none), and for each item its id and its work.
-- Answers: ok, conflict, ended, revoked.
local k = keysOf(0)
local REVOKED = KEYS[SHARD_KEYS + JOB_KEYS + 1]
local job, last, digest, token = ARGV[1], ARGV[2] == '1', ARGV[3], ARGV[4]
local class = tonumber(ARGV[6])
local FIRST = 11

local state, abandoned, total, lastDigest, oldClass = unpack(redis.call('HMGET', k.job,
  'state', 'abandoned', 'total', 'digest', 'class'))
total = tonumber(total or 0)
if state and (state ~= 'open' or abandoned) then
  if last and lastDigest == digest and state ~= 'gone' then
    touch()
    return 'ok'
  end
  return 'ended'
end
if state and tonumber(oldClass) ~= class then return 'conflict' end
if token ~= '' and (redis.call('GET', REVOKED) == token or ms > tonumber(ARGV[5])) then return 'revoked' end

-- A batch that came before is there whole, in its order.
local known, items = 0, (#ARGV - FIRST + 1) / 2
local from
for n = 0, items - 1 do
  local index = redis.call('HGET', k.ids, ARGV[FIRST + 2 * n])
  if index then
    known = known + 1
    from = from or index - n
    if index - n ~= from then return 'conflict' end
  end
end
if known ~= 0 and known ~= items then return 'conflict' end

if not state then
  redis.call('HSET', k.job, 'id', job, 'class', class, 'info', ARGV[7], 'key', ARGV[8], 'print', ARGV[9],
    'state', 'open', 'created', ms, 'total', 0, 'next', 0)
  if ARGV[10] ~= '' then redis.call('HSET', k.job, 'then', ARGV[10]) end
end
if known == 0 then
  for n = 0, items - 1 do
    local id = ARGV[FIRST + 2 * n]
    redis.call('HSET', k.items, total + n, id .. '\n' .. ARGV[FIRST + 2 * n + 1])
    redis.call('HSET', k.ids, id, total + n)
  end
  total = total + items
  redis.call('HSET', k.job, 'total', total)
end
if not last then
  redis.call('ZADD', OPEN, ms, job)
  tell(job)
  return 'ok'
end

redis.call('HSET', k.job, 'state', 'running', 'digest', digest, 'info', ARGV[7], 'key', ARGV[8], 'print', ARGV[9])
if ARGV[10] ~= '' then redis.call('HSET', k.job, 'then', ARGV[10]) else redis.call('HDEL', k.job, 'then') end
redis.call('ZREM', OPEN, job)
redis.call('ZADD', RUNNING, ms, job)
count('fresh', total)
close(k, job)
place(k, job)
tell(job)
if total > 0 then nudge(class, 0) end
return 'ok'
