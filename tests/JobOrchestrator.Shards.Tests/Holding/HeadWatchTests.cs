using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class HeadWatchTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly ManualTimeProvider _clock = new();
    private readonly HeadWatch _watch;
    private readonly Head _head = new() { Epoch = 3, Commit = 7, Renewal = 9, Holder = "a" };

    public HeadWatchTests() => _watch = new HeadWatch(Lease, _clock);

    [Fact]
    public void See_UnchangedForALease_IsSilentFromThenOn()
    {
        Assert.Equal(15, SecondsUntilSilent());
        Assert.True(Look(1));
    }

    [Theory]
    [InlineData("etag")]
    [InlineData("renewal")]
    [InlineData("commit")]
    [InlineData("epoch")]
    public void See_AnythingMoves_BeginsAnew(string what)
    {
        Look(0);
        Pass(14);

        Assert.False(what switch
        {
            "etag" => Look(1, etag: "2"),
            "renewal" => Look(1, _head with { Renewal = 10 }),
            "commit" => Look(1, _head with { Commit = 8 }),
            _ => Look(1, _head with { Epoch = 4 }),
        });
    }

    [Fact]
    public void Miss_AReadThatFailed_BeginsAnew()
    {
        Look(0);
        Pass(14);

        _watch.Miss();

        Assert.False(Look(1));
        Assert.Equal(15, SecondsUntilSilent());
    }

    [Theory]
    [InlineData(7.5, true)]
    [InlineData(7.6, false)]
    public void See_AfterAPause_CountsOnUpToHalfALease(double pause, bool isSilent)
    {
        Look(0);
        Pass(8);

        Assert.Equal(isSilent, Look(pause));
    }

    /// <summary>A store that takes its time with each answer does not keep everybody from taking over.</summary>
    [Fact]
    public void See_AnswersTakeLongerThanHalfALease_IsSilentAllTheSame()
    {
        bool isSilent = false;
        for (int i = 0; i < 3; i++)
        {
            Assert.False(isSilent);
            long sentAt = _clock.GetTimestamp();
            _clock.Advance(TimeSpan.FromSeconds(9));
            isSilent = _watch.See(_head, "1", sentAt);
        }

        Assert.True(isSilent);
    }

    private bool Look(double pause, Head? head = null, string etag = "1")
    {
        _clock.Advance(TimeSpan.FromSeconds(pause));
        return _watch.See(head ?? _head, etag, _clock.GetTimestamp());
    }

    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Assert.False(Look(1));
        }
    }

    private int SecondsUntilSilent()
    {
        Look(0);
        int seconds = 1;
        while (!Look(1))
        {
            seconds++;
        }

        return seconds;
    }
}
