namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// Nobody works without end and without purpose: steps of a lane, and requests to a shard whose store fails, over ten simulated seconds.
/// </summary>
internal sealed class SpinOracle(JudgeRules rules, Verdicts verdicts)
{
    private readonly Dictionary<string, (Rate Busy, Rate Idle)> _steps = [];
    private readonly Dictionary<(string Lane, int Shard), Rate> _failing = [];

    /// <summary>A lane takes a step.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="isAsked">Somebody asks something at the moment, of anybody.</param>
    /// <param name="step">The world's step.</param>
    /// <param name="at">The world's time.</param>
    public void Step(string lane, bool isAsked, long step, DateTimeOffset at)
    {
        if (!_steps.TryGetValue(lane, out (Rate Busy, Rate Idle) rates))
        {
            _steps.Add(lane, rates = (new Rate(rules.StepsASecondMax), new Rate(rules.IdleStepsASecondMax)));
        }

        if (isAsked)
        {
            rates.Idle.Clear();
        }

        bool isTooBusy = rates.Busy.Add(at);
        if (isTooBusy || (!isAsked && rates.Idle.Add(at)))
        {
            string bound = isTooBusy ? $"{rules.StepsASecondMax}" : $"{rules.IdleStepsASecondMax}, while nobody asks anything,";
            verdicts.Add(
                OracleNames.Spin, step, at, $"{lane} spins: more steps than {bound} a simulated second over ten seconds.");
            rates.Busy.Clear();
            rates.Idle.Clear();
        }
    }

    /// <summary>A request to a shard's documents that the store refuses or does not take.</summary>
    public void Failed(string lane, int shard, long step, DateTimeOffset at)
    {
        if (!_failing.TryGetValue((lane, shard), out Rate? rate))
        {
            _failing.Add((lane, shard), rate = new Rate(rules.FailingRequestsASecondMax));
        }

        if (rate.Add(at))
        {
            verdicts.Add(
                OracleNames.Spin,
                step,
                at,
                $"{lane} asks the store of shard {shard}, which fails, more than {rules.FailingRequestsASecondMax} times a second "
                    + "over ten seconds.");
            rate.Clear();
        }
    }

    /// <summary>Counts over the last ten seconds.</summary>
    private sealed class Rate(int aSecondMax)
    {
        private const int Seconds = 10;

        private readonly int[] _counts = new int[Seconds];
        private long _second;
        private int _sum;

        /// <summary>Counts one; true when there are too many.</summary>
        public bool Add(DateTimeOffset at)
        {
            long second = at.UtcTicks / TimeSpan.TicksPerSecond;
            if (second - _second >= Seconds)
            {
                Clear();
                _second = second;
            }

            for (; _second < second; _second++)
            {
                int next = (int)((_second + 1) % Seconds);
                _sum -= _counts[next];
                _counts[next] = 0;
            }

            _counts[second % Seconds]++;
            return ++_sum > Seconds * aSecondMax;
        }

        public void Clear()
        {
            Array.Clear(_counts);
            _sum = 0;
        }
    }
}
