-- Makes a lease end later, or sooner. ARGV: job, index, token, lease (ms). Answers when it ends (ms), or stale.
local k = keysOf(0)
local job, index, token = ARGV[1], ARGV[2], ARGV[3]
local state, _, holder = stateOf(k, index)
if holder ~= token or state ~= 'l' then return 'stale' end
redis.call('ZADD', k.leased, ms + ARGV[4], index)
place(k, job)
return string.format('%.0f', ms + ARGV[4])
