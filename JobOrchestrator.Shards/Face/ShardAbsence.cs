namespace JobOrchestrator.Shards;

/// <summary>Why a shard cannot be asked, as far as this process knows.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Since">Since when.</param>
/// <param name="Kind">Where it is instead.</param>
/// <param name="Text">In a sentence.</param>
public sealed record ShardAbsence(int Shard, DateTimeOffset Since, ShardAbsenceKind Kind, string Text);

/// <summary>Where a shard is that cannot be asked here.</summary>
public enum ShardAbsenceKind
{
    /// <summary>Nobody can have it: nothing is heard of the store, or nothing that helps.</summary>
    Away = 1,

    /// <summary>The store answers, and the shard goes from one holder to the next, or is being loaded.</summary>
    Moving = 2,

    /// <summary>Another replica holds it, of which something was heard within a lease.</summary>
    Elsewhere = 3,
}
