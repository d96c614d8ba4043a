using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// How full a queue or a shard was in a while: at its end, and at the highest. Times are in milliseconds since 1970.
/// </summary>
public struct BacklogFigures
{
    /// <summary>How many numbers it is, where it is known.</summary>
    internal const int Count = 6;

    /// <summary>Something is known of it: of types and owners nothing is.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Ready jobs at the end.</summary>
    public int Ready { get; set; }

    /// <summary>The most ready jobs at one time.</summary>
    public int ReadyMax { get; set; }

    /// <summary>Scheduled jobs at the end.</summary>
    public int Scheduled { get; set; }

    /// <summary>Leased jobs at the end.</summary>
    public int Running { get; set; }

    /// <summary>Since when the job was ready, at the end, that was for longest; 0: none was.</summary>
    public long Since { get; set; }

    /// <summary>The longest that a job had been ready, in milliseconds.</summary>
    public long Oldest { get; set; }

    /// <summary>It is so full from now on; false: it was before.</summary>
    public bool Set(in Backlog now, long at)
    {
        long since = now.ReadySince?.ToUnixTimeMilliseconds() ?? 0;
        if (IsKnown && now.Ready == Ready && now.Scheduled == Scheduled && now.Running == Running && since == Since)
        {
            return false;
        }

        GoOnTo(at);
        (IsKnown, Ready, Scheduled, Running, Since) = (true, now.Ready, now.Scheduled, now.Running, since);
        ReadyMax = Math.Max(ReadyMax, Ready);
        return true;
    }

    /// <summary>It has been as full as it is until then.</summary>
    public void GoOnTo(long at) => Oldest = Since == 0 ? Oldest : Math.Max(Oldest, at - Since);

    /// <summary>The next while begins, as full as this one ended.</summary>
    public void BeginAnew() => (ReadyMax, Oldest) = (Ready, 0);

    /// <summary>The while goes on with another one right behind it.</summary>
    public void Add(in BacklogFigures next)
    {
        if (next.IsKnown)
        {
            (int most, long oldest) = (Math.Max(ReadyMax, next.ReadyMax), Math.Max(Oldest, next.Oldest));
            this = next;
            (ReadyMax, Oldest) = (most, oldest);
        }
    }
}
