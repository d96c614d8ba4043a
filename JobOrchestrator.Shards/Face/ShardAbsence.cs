namespace JobOrchestrator.Shards;

/// <summary>Why a shard cannot be asked, as far as this process knows.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsMoving">
/// The store answers, and the shard goes from one holder to the next or is being loaded; else nothing is heard of the store.
/// </param>
/// <param name="Text">In a sentence.</param>
public sealed record ShardAbsence(int Shard, DateTimeOffset Since, bool IsMoving, string Text);
