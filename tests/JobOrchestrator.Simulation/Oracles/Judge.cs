using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// All oracles over one seed.
/// </summary>
internal sealed class Judge
{
    private readonly List<ILedgerWatcher> _ofWrites = [];
    private readonly List<IHistoryWatcher> _ofHistory = [];
    private readonly Verdicts _verdicts = new();

    public Judge(JudgeRules rules)
    {
        Ledger = new Ledger(_ofWrites);
        History = new History(_ofHistory);
        Watch(new ChainOracle(Ledger, _verdicts));
        Watch(new CausesOracle(History, _verdicts));
        Watch(new AnswersOracle(Ledger, _verdicts));
        _ = rules;
    }

    public Ledger Ledger { get; }

    public History History { get; }

    public Violation? First => _verdicts.First;

    public IReadOnlyList<Violation> Violations => _verdicts.All;

    public void Apply(AppliedWrites writes) => Ledger.Apply(writes);

    private void Watch(object oracle)
    {
        if (oracle is ILedgerWatcher ofWrites)
        {
            _ofWrites.Add(ofWrites);
        }

        if (oracle is IHistoryWatcher ofHistory)
        {
            _ofHistory.Add(ofHistory);
        }
    }
}
