using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public sealed class SearchesOracleTests
{
    private static readonly SoughtTerm Completed = new(SoughtBy.Status, "completed");
    private static readonly SoughtTerm Red = new(SoughtBy.Label, "red") { Label = "color" };

    private readonly Engine _engine = new(new Bench());

    [Fact]
    public void Searches_EachMeantJobOnce_IsLawful()
    {
        Complete(Submit(1), Submit(2));
        Submit(3);
        var sought = new Sought([Completed, Red]);

        Page(sought, isEnd: false, 2);
        Page(sought, isEnd: true, 1);

        Seen.Nothing(_engine.Bench);
    }

    [Fact]
    public void Searches_MeantJobThatIsInNoPage_IsSeen()
    {
        Complete(Submit(1), Submit(2));
        var sought = new Sought([Completed, Red]);

        Page(sought, isEnd: false, 2);
        Page(sought, isEnd: true);

        Seen.By(OracleNames.Searches, _engine.Bench, "has not shown job");
    }

    [Fact]
    public void Searches_JobThatIsShownTwice_IsSeen()
    {
        Complete(Submit(1));
        var sought = new Sought([Completed]);

        Page(sought, isEnd: false, 1);
        Page(sought, isEnd: true, 1);

        Seen.By(OracleNames.Searches, _engine.Bench, "again");
    }

    [Fact]
    public void Searches_JobThatEndsMeanwhileWhereLiveOnesComeFirst_MayBeShownTwice()
    {
        Submit(1);
        var sought = new Sought([Red]) { IsLiveFirst = true };

        Page(sought, isEnd: false, 1);
        Complete(1);
        Page(sought, isEnd: true, 1);

        Seen.Nothing(_engine.Bench);
    }

    [Fact]
    public void Searches_JobThatIsNotMeant_IsSeen()
    {
        Submit(1);

        Page(new Sought([Completed]), isEnd: true, 1);

        Seen.By(OracleNames.Searches, _engine.Bench, "which is not meant");
    }

    [Fact]
    public void Searches_InAnotherOrderThanThatOfArrival_AreSeen()
    {
        Submit(1);
        Submit(2);

        Page(new Sought([Red]), isEnd: true, 1, 2);

        Seen.By(OracleNames.Searches, _engine.Bench, "behind arrival");
    }

    [Fact]
    public void Searches_JobThatNobodyWasToldOfBefore_MayBeMissing()
    {
        var sought = new Sought([Red]);
        Page(sought, isEnd: false);
        Submit(1);

        Page(sought, isEnd: true);

        Seen.Nothing(_engine.Bench);
    }

    [Fact]
    public void Searches_JobWhoseEndNobodyWasToldOf_MayBeMissing()
    {
        Submit(1);
        Job leased = _engine.Lease();
        _engine.Ask(new Command.Complete(leased.Id, leased.Lease!.Token));
        _engine.Apply(new Command.Complete(leased.Id, leased.Lease.Token));

        Page(new Sought([Completed]), isEnd: true);

        Seen.Nothing(_engine.Bench);
    }

    private int Submit(int number)
    {
        _engine.Submit(number, job => job with { Labels = JobLabels.Of([KeyValuePair.Create("color", "red")]) });
        return number;
    }

    private void Complete(params int[] numbers)
    {
        foreach (int _ in numbers)
        {
            _engine.Complete(_engine.Lease());
        }
    }

    private void Page(Sought sought, bool isEnd, params int[] jobs)
    {
        Request request = _engine.Bench.Ask(new Call(Verb.List, "c#1") { Sought = sought });
        _engine.Bench.Answer(
            request,
            new Answer(AnswerKind.Found) { Jobs = [.. jobs.Select(number => Told.Of(_engine.Jobs[number]))], IsEnd = isEnd });
    }
}
