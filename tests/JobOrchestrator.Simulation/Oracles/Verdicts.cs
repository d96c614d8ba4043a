namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Where oracles put what they see. The first is what a seed fails by; what follows is mostly its consequence.</summary>
/// <param name="heeded">The oracles that are listened to; null: all.</param>
internal sealed class Verdicts(IReadOnlySet<string>? heeded = null)
{
    // One fault can break a rule at every later write: the first few tell the story.
    private const int Kept = 50;

    private readonly List<Violation> _violations = [];

    public IReadOnlyList<Violation> All => _violations;

    public Violation? First => _violations.Count > 0 ? _violations[0] : null;

    public void Add(string oracle, long step, DateTimeOffset at, string sentence, params IReadOnlyList<string> about)
    {
        if (_violations.Count < Kept && heeded?.Contains(oracle) != false)
        {
            _violations.Add(new Violation(oracle, step, at, sentence, about));
        }
    }
}
