-- Reserves a key for a job. KEYS: the record of the key. ARGV: job, print, token, life (ms), and the token of a
-- reservation that this one may replace ('' for none).
-- Answers: job, print and token of the reservation that holds, and its age (ms).
local clock = redis.call('TIME')
local ms = math.floor((clock[1] * 1000000 + clock[2]) / 1000)
local job, print, token, at = unpack(redis.call('HMGET', KEYS[1], 'job', 'print', 'token', 'at'))
if not token or token == ARGV[5] then
  redis.call('HSET', KEYS[1], 'job', ARGV[1], 'print', ARGV[2], 'token', ARGV[3], 'at', ms)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return {ARGV[1], ARGV[2], ARGV[3], 0, ms}
end
redis.call('HSET', KEYS[1], 'at', at) -- a write, for WAIT speaks of this connection's writes alone
return {job, print, token, ms - at, ms}
