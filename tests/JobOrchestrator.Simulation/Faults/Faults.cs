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
    private const int NumbersPerStrike = 100;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<FaultKind, Course> _courses =
        plans.ToDictionary(plan => plan.Kind, plan => new Course(world.Dice($"faults/{plan.Kind}"), plan));
    private readonly Dictionary<FaultKind, int> _strikes = [];
    private readonly List<int> _struck = [];

    /// <summary>What may go wrong.</summary>
    public IReadOnlyList<FaultPlan> Plans => plans;

    /// <summary>The numbers of those that have struck, in order.</summary>
    public IReadOnlyList<int> Struck => _struck;

    /// <summary>From now on nothing goes wrong.</summary>
    public bool IsCalm { get; private set; }

    /// <summary>Happens when it is calm: what is away comes back.</summary>
    public event Action? Calmed;

    /// <summary>Asks whether a kind of fault strikes at this place and time; null: no.</summary>
    public Strike? Meet(FaultKind kind)
    {
        if (IsCalm || !_courses.TryGetValue(kind, out Course? course) || !course.Draw(world.Ticks))
        {
            return null;
        }

        return Begin(kind);
    }

    /// <summary>A fault that strikes for sure, unless it is suppressed.</summary>
    public Strike? Begin(FaultKind kind)
    {
        int times = _strikes.GetValueOrDefault(kind) + 1;
        _strikes[kind] = times;
        int number = times * NumbersPerStrike + (int)kind;
        if (only?.Contains(number) == false)
        {
            return null;
        }

        _struck.Add(number);
        return new Strike(number, kind, new Dice(world.Seed, $"strike/{number}"));
    }

    /// <summary>Faults are over.</summary>
    public void Calm()
    {
        IsCalm = true;
        world.IsCalm = true;
        world.Note(null, "calm: faults are over");
        Calmed?.Invoke();
    }

    /// <summary>One kind's bursts and quiet stretches.</summary>
    private sealed class Course(Dice dice, FaultPlan plan)
    {
        private bool _isOn;
        private long _until;

        public bool Draw(long now)
        {
            while (now >= _until)
            {
                _isOn = !_isOn;
                _until += dice.LogUniform(Shortest, _isOn ? plan.Burst : plan.Quiet).Ticks;
            }

            return dice.Chance(plan.Rate) && _isOn;
        }
    }
}
