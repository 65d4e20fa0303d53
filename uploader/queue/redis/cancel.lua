-- Ends what has not run of a job. ARGV: job, a token of this call. Answers: ok, notfound, ended, and gone for
-- an open job, which is then to be cleared away.
local k = keysOf(0)
local job, token = ARGV[1], ARGV[2]
local state, by, total, nextIndex = unpack(redis.call('HMGET', k.job, 'state', 'by', 'total', 'next'))
if by == token then
  touch()
  return state == 'gone' and 'gone' or 'ok'
end
if not state or state == 'gone' then return 'notfound' end
if state == 'open' then
  redis.call('HSET', k.job, 'state', 'gone', 'by', token)
  redis.call('ZREM', OPEN, job)
  redis.call('ZADD', GONE, ms, job)
  tell(job)
  return 'gone'
end
if state ~= 'running' then return 'ended' end
local fresh, given = total - nextIndex, redis.call('ZCARD', k.waiting)
redis.call('HSET', k.job, 'state', 'cancelled', 'by', token)
if fresh + given > 0 then redis.call('HINCRBY', k.job, 'cancelled', fresh + given) end
count('fresh', -fresh)
count('given', -given)
redis.call('UNLINK', k.waiting)
close(k, job)
place(k, job)
tell(job)
return 'ok'
