using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Which documents of settings a shard has, and which page lists each: how they are found again without a query API. The head says only
/// how many pages there are. The commit loop alone changes it, after the commit that stored the change.
/// </summary>
internal sealed class SettingsIndex
{
    private readonly Dictionary<string, SettingsEntry> _entries = [];
    private readonly List<Dictionary<string, SettingsEntry>> _pages = []; // by the documents' part
    private readonly HashSet<string> _idle = []; // documents that say nothing any more, by name
    private readonly SortedSet<string> _inHead;
    private readonly ShardBounds _bounds;
    private int? _openPage;

    /// <param name="head">The head as loaded.</param>
    /// <param name="bounds">What pages and commits hold.</param>
    public SettingsIndex(Head head, ShardBounds bounds)
    {
        _bounds = bounds;
        _inHead = new SortedSet<string>(head.PausedQueues ?? [], StringComparer.Ordinal);
        for (int page = 0; page < head.SettingsPages; page++)
        {
            _pages.Add([]);
        }
    }

    /// <summary>The head still names paused queues, which have to get documents.</summary>
    public bool HasWork => _inHead.Count > 0;

    /// <summary>Enters a document as it was stored.</summary>
    public void Load(int page, string part, QueueSettings settings) =>
        Enter(new SettingsEntry(settings.Name, part, page, settings.IsDefault));

    /// <summary>Works out what a commit writes.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="head">The head as committed.</param>
    /// <param name="changed">The settings that the commit changes.</param>
    /// <param name="room">Operations that are left beside these, for what can wait.</param>
    public SettingsPlan Plan(int shard, Head head, IReadOnlyList<QueueSettings> changed, int room)
    {
        if (changed.Count == 0 && _inHead.Count == 0 && _idle.Count == 0)
        {
            return new SettingsPlan([], [], [], [], [], null, _pages.Count, _openPage);
        }

        long commit = head.Commit + 1;
        HashSet<string> names = [.. changed.Select(settings => settings.Name)];

        // Each may need a page beside its document.
        string[] moved = [.. _inHead.Where(name => !names.Contains(name)).Take(Math.Clamp(room / 2, 0, _bounds.SettingsPortionMax))];
        var operations = new List<StateOperation>();
        var rewritten = new List<SettingsEntry>();
        var added = new List<SettingsEntry>();
        var filling = new Filling(_pages.ConvertAll(page => page.Count), _openPage, _bounds.SettingsPageDocuments);
        foreach (QueueSettings settings in changed.Concat(moved.Select(name => new QueueSettings { Name = name, Paused = true })))
        {
            bool isNew = !_entries.TryGetValue(settings.Name, out SettingsEntry? entry);
            if (isNew && settings.IsDefault)
            {
                // It stood in the head, and goes from there.
                continue;
            }

            entry = entry is not null
                ? entry with { IsDefault = settings.IsDefault }
                : new SettingsEntry(
                    settings.Name,
                    Keys.SettingsPart(SettingsDocument.Queue, settings.Name, head.Epoch, head.NextSettings + added.Count),
                    filling.Take(),
                    settings.IsDefault);
            (isNew ? added : rewritten).Add(entry);
            operations.Add(new StateOperation(
                Keys.Settings(shard, entry.Part),
                DocumentWriter.Settings(settings, head.Epoch, commit),
                IsNew: isNew,
                IsWrittenAgain: true));
        }

        SettingsEntry[] removed = Removable(names, room - 2 * moved.Length);
        operations.AddRange(removed.Select(entry => new StateOperation(Keys.Settings(shard, entry.Part), null)));
        foreach (int page in added.Concat(removed).Select(entry => entry.Page).Distinct())
        {
            IEnumerable<string> listed = page < _pages.Count ? _pages[page].Keys : [];
            listed = listed
                .Except(removed.Select(entry => entry.Part))
                .Concat(added.Where(entry => entry.Page == page).Select(entry => entry.Part));
            operations.Add(new StateOperation(
                Keys.SettingsPage(shard, page),
                DocumentWriter.SettingsPage(listed, head.Epoch, commit),
                IsNew: page >= _pages.Count,
                IsWrittenAgain: true));
        }

        string[] leftHead = [.. _inHead.Intersect(names), .. moved];
        string[] inHead = [.. _inHead.Except(leftHead)];
        return new SettingsPlan(
            operations, added, rewritten, removed, leftHead, inHead.Length > 0 ? inHead : null, filling.Pages, filling.OpenPage);
    }

    /// <summary>The commit is stored.</summary>
    public void Stored(SettingsPlan plan)
    {
        while (_pages.Count < plan.Pages)
        {
            _pages.Add([]);
        }

        foreach (SettingsEntry entry in plan.Added.Concat(plan.Rewritten))
        {
            Enter(entry);
        }

        foreach (SettingsEntry entry in plan.Removed)
        {
            _entries.Remove(entry.Name);
            _pages[entry.Page].Remove(entry.Part);
            _idle.Remove(entry.Name);
        }

        _inHead.ExceptWith(plan.LeftHead);
        _openPage = plan.OpenPage;
    }

    private void Enter(SettingsEntry entry)
    {
        _entries[entry.Name] = entry;
        _pages[entry.Page][entry.Part] = entry;
        if (entry.IsDefault)
        {
            _idle.Add(entry.Name);
        }
        else
        {
            _idle.Remove(entry.Name);
        }
    }

    /// <summary>
    /// Documents that say nothing any more, of one page, so that the commit writes no other for them. Each goes together with its place in
    /// the page: what a page lists is there, always.
    /// </summary>
    private SettingsEntry[] Removable(HashSet<string> changed, int room)
    {
        int max = Math.Min(room / 2, _bounds.SettingsPortionMax);
        if (max < 1 || _idle.Except(changed).FirstOrDefault() is not { } first)
        {
            return [];
        }

        int page = _entries[first].Page;
        return [.. _pages[page].Values.Where(entry => entry.IsDefault && !changed.Contains(entry.Name)).Take(max)];
    }

    /// <summary>
    /// Gives new documents their pages: the open one until it is full, then one that is at most half full, then a new one. So a commit
    /// touches few pages however many documents it adds, and there are never many more pages than documents need.
    /// </summary>
    private sealed class Filling(List<int> counts, int? openPage, int documentsMax)
    {
        public int Pages => counts.Count;

        public int? OpenPage { get; private set; } = openPage;

        public int Take()
        {
            if (OpenPage is not { } page || counts[page] >= documentsMax)
            {
                page = counts.FindIndex(count => count <= documentsMax / 2);
                if (page < 0)
                {
                    page = counts.Count;
                    counts.Add(0);
                }

                OpenPage = page;
            }

            counts[page]++;
            return page;
        }
    }
}
