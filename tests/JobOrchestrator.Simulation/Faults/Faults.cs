namespace JobOrchestrator.Simulation;

/// <summary>
/// Decides what goes wrong. Each kind has a stream of its own, and one that is suppressed draws all the same: what is left stays on its
/// path.
/// </summary>
/// <param name="world">Where.</param>
/// <param name="plans">What may go wrong.</param>
/// <param name="only">The numbers of those that may strike; null: all.</param>
internal sealed class Faults(World world, IReadOnlyList<FaultPlan> plans, IReadOnlySet<int>? only = null)
{
    // A fault's number is its kind, its lane and how often that kind has struck there.
    private const int NumbersPerLane = 100;
    private const int NumbersPerStrike = NumbersPerLane * 1_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<FaultKind, Course> _courses =
        plans.ToDictionary(plan => plan.Kind, plan => new Course(world, plan));
    private readonly Dictionary<(FaultKind, Lane?), int> _strikes = [];
    private readonly List<int> _struck = [];

    /// <summary>What may go wrong.</summary>
    public IReadOnlyList<FaultPlan> Plans => plans;

    /// <summary>The numbers of those that have struck, in order.</summary>
    public IReadOnlyList<int> Struck => _struck;

    /// <summary>From now on nothing goes wrong.</summary>
    public bool IsCalm { get; private set; }

    /// <summary>Happens when it is calm: what is away comes back.</summary>
    public event Action? Calmed;

    /// <summary>Hears of each fault that strikes.</summary>
    public Action<FaultKind, Lane?>? Strikes { get; set; }

    /// <summary>Asks whether a kind of fault strikes a process now; null: no.</summary>
    public Strike? Meet(FaultKind kind, Lane lane)
    {
        if (IsCalm || !_courses.TryGetValue(kind, out Course? course) || !course.Draw(lane))
        {
            return null;
        }

        return Begin(kind, lane);
    }

    /// <summary>A fault that strikes for sure, unless it is suppressed.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="lane">The process; null: none alone.</param>
    public Strike? Begin(FaultKind kind, Lane? lane)
    {
        int times = _strikes.GetValueOrDefault((kind, lane)) + 1;
        _strikes[(kind, lane)] = times;
        int number = times * NumbersPerStrike + (lane?.Number ?? 0) * NumbersPerLane + (int)kind;
        if (only?.Contains(number) == false)
        {
            return null;
        }

        _struck.Add(number);
        Strikes?.Invoke(kind, lane);
        return new Strike(number, kind, new Dice(world.Seed, $"strike/{number}"));
    }

    /// <summary>Faults are over.</summary>
    public void Calm()
    {
        IsCalm = true;
        world.Note(null, "calm: faults are over");
        Calmed?.Invoke();
    }

    /// <summary>
    /// One kind's bursts and quiet stretches, which are the world's, and its draws, of which each process has its own: what happens to one
    /// does not change what is drawn for another.
    /// </summary>
    private sealed class Course(World world, FaultPlan plan)
    {
        private readonly Dice _bursts = world.Dice($"faults/{plan.Kind}");
        private readonly Dictionary<Lane, Dice> _draws = [];
        private bool _isOn;
        private long _until;

        public bool Draw(Lane lane)
        {
            while (world.Ticks >= _until)
            {
                _isOn = !_isOn;
                _until += _bursts.LogUniform(Shortest, _isOn ? plan.Burst : plan.Quiet).Ticks;
            }

            if (!_draws.TryGetValue(lane, out Dice? dice))
            {
                dice = world.Dice($"faults/{plan.Kind}/{lane.Name}");
                _draws[lane] = dice;
            }

            return dice.Chance(plan.Rate) && _isOn;
        }
    }
}
