using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class SettingsIndexTests
{
    private const int Shard = 3;
    private const int Room = 1_000;

    private readonly Dictionary<string, byte[]> _store = [];
    private Head _head = new() { Epoch = 2, Commit = 5 };
    private SettingsIndex _index;

    public SettingsIndexTests() => _index = new SettingsIndex(_head, ShardBounds.Usual);

    [Fact]
    public void Plan_NewSettings_AreADocumentOfTheirNameAndAPageThatListsIt()
    {
        SettingsPlan plan = Plan([Paused("a")]);

        // The first bytes of SHA-256 of "a".
        Assert.Equal(
            [("shard-3-settings-queue-ca978112ca1bbdca-2-0", true, true), ("shard-3-settings-page-0", true, true)],
            plan.Documents.Select(operation => (operation.Key, operation.IsNew, operation.IsWrittenAgain)));
        Assert.Equal(Paused("a"), SettingsDocument.Read(plan.Documents[0].Value!));
        Assert.Equal(["queue-ca978112ca1bbdca-2-0"], SettingsDocument.ReadPage(plan.Documents[1].Value!));
        Assert.Equal(1, plan.Pages);
    }

    [Fact]
    public void Plan_SettingsThatHaveADocument_RewriteItAlone()
    {
        string key = Store([Paused("a"), Paused("b")]).Documents[0].Key;

        StateOperation operation = Assert.Single(Plan([Resumed("a")]).Documents);

        Assert.Equal((key, false, true), (operation.Key, operation.IsNew, operation.IsWrittenAgain));
        Assert.Equal(Resumed("a"), SettingsDocument.Read(operation.Value!));
    }

    [Fact]
    public void Plan_DocumentsThatSayNothing_GoWithTheirPlacesInThePage()
    {
        SettingsPlan first = Store([Paused("a"), Paused("b")]);
        Store([Resumed("a")]);

        SettingsPlan plan = Store([]);

        Assert.Equal(
            [(first.Documents[0].Key, true), (Keys.SettingsPage(Shard, 0), false)],
            plan.Documents.Select(operation => (operation.Key, operation.Value is null)));
        Assert.Equal([first.Added[1].Part], SettingsDocument.ReadPage(plan.Documents[1].Value!));
        Assert.Empty(Plan([]).Documents);
    }

    [Fact]
    public void Plan_DocumentThatWouldGo_StaysWhenItIsSetAgain()
    {
        string key = Store([Paused("a")]).Documents[0].Key;
        Store([Resumed("a")]);

        Assert.Equal(key, Assert.Single(Store([Paused("a")]).Documents).Key);
        Assert.Empty(Plan([]).Documents);
    }

    [Fact]
    public void Plan_NameThatHadADocument_GetsAnotherKey()
    {
        string key = Store([Paused("a")]).Documents[0].Key;
        Store([Resumed("a")]);
        Store([]);

        Assert.NotEqual(key, Store([Paused("a")]).Documents[0].Key);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(9, 5)]
    [InlineData(10, 6)]
    public void Plan_DocumentsThatSayNothing_KeepToTheRoom(int room, int operations)
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(number => $"{number}")];
        Store([.. names.Select(Paused)]);
        Store([.. names.Select(Resumed)], room: 0);

        Assert.Equal(operations, Plan([], room).Documents.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(9, 5)]
    public void Plan_HeadOfTheFirstFormat_MovesAsManyAsThereIsRoomFor(int room, int operations)
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(number => $"{number:D2}")];
        _index = new SettingsIndex(_head with { PausedQueues = names }, ShardBounds.Usual);

        SettingsPlan plan = Plan([], room);

        Assert.Equal(operations, plan.Documents.Count);
        Assert.Equal(names.Skip(plan.Added.Count), plan.InHead);
        Assert.Equal(names.Take(plan.Added.Count), plan.Added.Select(entry => entry.Name));
    }

    [Fact]
    public void Plan_QueueOfTheFirstFormatThatIsResumed_LeavesTheHeadWithoutADocument()
    {
        _index = new SettingsIndex(_head with { PausedQueues = ["a", "b"] }, ShardBounds.Usual);
        Assert.True(_index.HasWork);

        SettingsPlan plan = Store([Resumed("b")]);

        Assert.Equal("a", Assert.Single(plan.Added).Name);
        Assert.Null(plan.InHead);
        Assert.False(_index.HasWork);
    }

    [Fact]
    public void Pages_HoweverSettingsComeAndGo_AreFewInACommitAndInAll()
    {
        var random = new Random(1);
        int most = 0;
        HashSet<string> paused = [];
        for (int commit = 0; commit < 300; commit++)
        {
            string[] pausing = [.. Enumerable.Range(0, random.Next(600)).Select(_ => $"{random.Next(6_000)}").Distinct().Except(paused)];
            string[] resuming = [.. paused.Where(_ => random.Next(8) == 0)];
            paused.UnionWith(pausing);
            paused.ExceptWith(resuming);
            most = Math.Max(most, paused.Count);

            SettingsPlan plan = Store([.. pausing.Select(Paused), .. resuming.Select(Resumed)]);

            // At the end of one page, in others, and one from which documents go.
            int pages = plan.Documents.Count(operation => operation.Key.Contains("-page-", StringComparison.Ordinal));
            Assert.InRange(pages, 0, 3 + plan.Added.Count / (ShardBounds.Usual.SettingsPageDocuments / 2));
            if (random.Next(10) == 0)
            {
                Reload();
            }
        }

        Assert.InRange(_head.SettingsPages, 1, 2 + 3 * most / (ShardBounds.Usual.SettingsPageDocuments / 2));
    }

    private static QueueSettings Paused(string name) => new() { Name = name, Paused = true };

    private static QueueSettings Resumed(string name) => new() { Name = name };

    private SettingsPlan Plan(IReadOnlyList<QueueSettings> changed, int room = Room) => _index.Plan(Shard, _head, changed, room);

    private SettingsPlan Store(IReadOnlyList<QueueSettings> changed, int room = Room)
    {
        SettingsPlan plan = Plan(changed, room);
        Assert.Equal(plan.Documents.Count, plan.Documents.Select(operation => operation.Key).Distinct().Count());
        foreach (StateOperation operation in plan.Documents)
        {
            Assert.Equal(operation.IsNew, !_store.ContainsKey(operation.Key));
            if (operation.Value is { } value)
            {
                _store[operation.Key] = value;
            }
            else
            {
                _store.Remove(operation.Key);
            }
        }

        _index.Stored(plan);
        _head = _head with
        {
            Commit = _head.Commit + 1,
            SettingsPages = plan.Pages,
            NextSettings = _head.NextSettings + plan.Added.Count,
            PausedQueues = plan.InHead,
        };
        return plan;
    }

    /// <summary>As a start does: every document that a page lists is there.</summary>
    private void Reload()
    {
        _index = new SettingsIndex(_head, ShardBounds.Usual);
        for (int page = 0; page < _head.SettingsPages; page++)
        {
            foreach (string part in SettingsDocument.ReadPage(_store[Keys.SettingsPage(Shard, page)]))
            {
                _index.Load(page, part, SettingsDocument.Read(_store[Keys.Settings(Shard, part)]));
            }
        }
    }
}
