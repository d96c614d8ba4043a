using System.Runtime.Versioning;
using EndToEnd;
using JobOrchestrator.Sdk;
using MicroserviceX.Events;
using TestSupport;

namespace MicroserviceX.Tests.Events;

public sealed class EventHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_MoreThanAThousand_KeepsTheNewest()
    {
        using var history = new EventHistory(_folder.Path);
        for (int sequence = 1; sequence <= 2_500; sequence++)
        {
            history.Add(Event("a", sequence));
        }

        Assert.Equal(Enumerable.Range(1_501, 1_000).Select(i => (long)i), history.List(null).Select(received => received.Sequence));
        Assert.True(File.ReadLines(_folder["events.jsonl"]).Count() <= 2_000);
    }

    /// <summary>Killed after it kept an event and before that was remembered, it is told of one before that as if it were news.</summary>
    [Fact]
    public void Add_AfterARestartOneThatHappenedBefore_IsStale()
    {
        using (var before = new EventHistory(_folder.Path))
        {
            before.Add(Event("a", 3));
            before.Add(Event("a", 5));
        }

        using var history = new EventHistory(_folder.Path);

        Assert.Equal(JobEventDelivery.Stale, history.Add(Event("a", 4)));
        Assert.Equal(JobEventDelivery.Repeat, history.Add(Event("a", 5)));
        Assert.Equal(JobEventDelivery.New, history.Add(Event("a", 6)));
        Assert.Equal(JobEventDelivery.New, history.Add(Event("b", 1)));
        Assert.Equal(
            [JobEventDelivery.New, JobEventDelivery.New, JobEventDelivery.Stale, JobEventDelivery.New],
            history.List("a").Select(received => received.Delivery));
    }

    /// <summary>S5: after one file that could not be shortened (a full disk) no event was taken any more.</summary>
    [Fact]
    public void Add_TheShortenedFileCannotBeMade_GoesOnAndIsShortenedLater() => GoesOnAndIsShortenedLater("events.jsonl.new");

    /// <summary>It is made, and cannot take the place of the one that is there.</summary>
    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Add_TheShortenedFileCannotTakeItsPlace_GoesOnAndIsShortenedLater() => GoesOnAndIsShortenedLater("events.jsonl");

    private void GoesOnAndIsShortenedLater(string inTheWay)
    {
        using (var history = new EventHistory(_folder.Path, kept: 5))
        {
            if (inTheWay == "events.jsonl")
            {
                File.Move(_folder[inTheWay], _folder["aside"]);
            }

            Directory.CreateDirectory(_folder[inTheWay + "/full"]);
            for (int sequence = 1; sequence <= 12; sequence++)
            {
                if (sequence == 11)
                {
                    Directory.Delete(_folder[inTheWay], recursive: true);
                }

                Assert.Equal(JobEventDelivery.New, history.Add(Event("a", sequence)));
            }

            Assert.Equal([8, 9, 10, 11, 12], history.List(null).Select(received => received.Sequence));
            for (int sequence = 13; sequence <= 17; sequence++)
            {
                Assert.Equal(JobEventDelivery.New, history.Add(Event("a", sequence)));
            }
        }

        Assert.InRange(File.ReadLines(_folder["events.jsonl"]).Count(), 5, 10);
        using var after = new EventHistory(_folder.Path, kept: 5);
        Assert.Equal([13, 14, 15, 16, 17], after.List(null).Select(received => received.Sequence));
    }

    [Fact]
    public void Restart_KeepsWhatWasAdded()
    {
        using (var before = new EventHistory(_folder.Path))
        {
            before.Add(Event("a", 1) with { Progress = new JobProgress(50, "half"), Status = JobStatus.InProgress });
            before.Add(Event("b", 1));
        }

        File.AppendAllText(_folder["events.jsonl"], """{"id":"torn""");
        using var after = new EventHistory(_folder.Path);

        Assert.Equal(["a-1", "b-1"], after.List(null).Select(received => received.Id));
        Assert.Equal((JobStatus.InProgress, new JobProgress(50, "half")), (after.List("a")[0].Status, after.List("a")[0].Progress));
    }

    [Fact]
    public void Add_KeptBeforeButNotAcknowledged_IsNotKeptTwice()
    {
        using var history = new EventHistory(_folder.Path);

        Assert.Equal(JobEventDelivery.New, history.Add(Event("a", 1)));
        Assert.Equal(JobEventDelivery.Repeat, history.Add(Event("a", 1)));
        Assert.Equal(JobEventDelivery.Repeat, history.Add(Event("a", 1) with { Delivery = JobEventDelivery.Repeat }));

        ReceivedEvent kept = Assert.Single(history.List(null));
        Assert.Equal((JobEventDelivery.New, 2), (kept.Delivery, kept.Repeats));
    }

    /// <summary>L4: every user of the machine could read it.</summary>
    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void File_OfAHistoryThatWasReadable_IsTheOwnersAlone()
    {
        UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string file = _folder["new/events.jsonl"];
        for (int life = 0; life < 2; life++)
        {
            using (var history = new EventHistory(_folder["new"]))
            {
                history.Add(Event("a", 1));
            }

            Assert.Equal(mine | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["new"]));
            Assert.Equal(mine, File.GetUnixFileMode(file));
            File.SetUnixFileMode(file, mine | UnixFileMode.OtherRead);
        }
    }

    private static ReceivedEvent Event(string jobId, long sequence) => ReceivedEvent.From(
        new JobEvent { Kind = JobEventKind.Updated, JobId = jobId, Sequence = sequence },
        new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
