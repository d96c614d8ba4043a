namespace JobOrchestrator.Shards;

/// <summary>What one commit does to the settings' documents and, once it is stored, to their index.</summary>
/// <param name="Documents">The operations.</param>
/// <param name="Added">Documents that are new.</param>
/// <param name="Rewritten">Documents that were there, as they will be.</param>
/// <param name="Removed">Documents that go.</param>
/// <param name="LeftHead">Queues that the head names no more.</param>
/// <param name="InHead">Queues that the head still names; null: none.</param>
/// <param name="Pages">How many pages there will be.</param>
/// <param name="OpenPage">The page that is filled next; null: none.</param>
internal sealed record SettingsPlan(
    IReadOnlyList<StateOperation> Documents,
    IReadOnlyList<SettingsEntry> Added,
    IReadOnlyList<SettingsEntry> Rewritten,
    IReadOnlyList<SettingsEntry> Removed,
    IReadOnlyList<string> LeftHead,
    IReadOnlyList<string>? InHead,
    int Pages,
    int? OpenPage);

/// <summary>One document of settings.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Part">Its own part of the document's key.</param>
/// <param name="Page">The page that lists it.</param>
/// <param name="IsDefault">It says nothing any more and goes when there is room.</param>
internal sealed record SettingsEntry(string Name, string Part, int Page, bool IsDefault);
