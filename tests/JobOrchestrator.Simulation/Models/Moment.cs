namespace JobOrchestrator.Simulation.Models;

/// <summary>When something reaches a store, and whose it is: the caller's to say, for a store has no clock.</summary>
/// <param name="Step">The world's step.</param>
/// <param name="At">The world's time; the store's own is ahead of it by <see cref="StoreState.ClockAhead"/>.</param>
/// <param name="Lane">The process that sent it.</param>
/// <param name="Behind">How far the clock of that process is behind the world's, because its machine has slept.</param>
internal readonly record struct Moment(long Step, DateTimeOffset At, string Lane, TimeSpan Behind = default);
