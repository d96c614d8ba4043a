using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>How things of one kind are written.</summary>
/// <param name="Json">As JSON; indented for people who asked for it.</param>
/// <param name="Id">By their id or name.</param>
/// <param name="Table">Many of them, for people.</param>
/// <param name="One">One of them, for people; null: as a table of one.</param>
internal sealed record Shape<T>(
    Func<T, bool, string> Json,
    Func<T, string> Id,
    Func<Screen, IReadOnlyList<T>, IRenderable> Table,
    Func<Screen, T, IRenderable>? One = null);
