-- wrk: bodies from a file, in turn; errors counted by body. Arguments: file, shortest good body, token.
local requests, turn = {}, 0
seen, bad = 0, 0

function init(args)
  local headers = {["Content-Type"] = "application/json", ["Accept"] = "application/json"}
  if args[3] then headers["Authorization"] = "Bearer " .. args[3] end
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", "/graphql", headers, line)
  end
  shortest = tonumber(args[2])
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function response(status, headers, body)
  seen = seen + 1
  if status ~= 200 or #body < shortest or body:find('"errors"', 1, true) then bad = bad + 1 end
end

local threads = {}

function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.timeout
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("bad") end
  io.write(string.format("RESULT %d %d %f %f %d\n", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, wrong))
end
