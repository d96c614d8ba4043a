using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Looks for jobs by any replica, page by page to the end, and once more for a few when all is over.</summary>
internal sealed class Searcher
{
    private const int PageMost = 50;
    private const int TriesMost = 12;
    private const int LastOnes = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseLeast = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenPagesLeast = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan BetweenPagesMost = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AgainMost = TimeSpan.FromSeconds(4);

    private readonly Scene _scene;
    private readonly Lane _lane;
    private readonly Client _client;
    private readonly Dice _dice;

    public Searcher(Scene scene, Lane lane)
    {
        _scene = scene;
        _lane = lane;
        _client = new Client(scene, lane);
        _dice = scene.World.Dice($"work/{lane.Name}");
    }

    /// <summary>It has found what it looked for.</summary>
    public bool IsDone => _lane.Loops.Count == 0;

    public void Start() => _lane.Begin("a searcher", RunAsync);

    private async Task RunAsync()
    {
        while (!_scene.IsOver)
        {
            await Task.Delay(_dice.LogUniform(PauseLeast, PauseMost), _lane.Clock);
            await SearchAsync();
        }

        // Of what has ended by now nearly all stands in pages that are no longer in memory.
        for (int last = 0; last < LastOnes; last++)
        {
            await SearchAsync();
        }
    }

    private async Task SearchAsync()
    {
        Sought sought = SearchWords.Draw(_dice, _scene);
        int besides = _dice.Below(3);
        string? cursor = null;
        for (int failed = 0; failed < TriesMost;)
        {
            string? from = cursor;
            int limit = 1 + _dice.Below(PageMost);
            (_, JobPage? page) = await _client.AskAsync(
                new Call(Verb.List, _lane.Name) { Sought = sought },
                (shards, token) => SearchWords.PageAsync(shards, sought, besides, from, limit, token),
                found => new Answer(AnswerKind.Found)
                {
                    Jobs = [.. found.Jobs.Select(job => Told.Of(job))],
                    IsEnd = found.Cursor is null,
                },
                Patience);
            if (page is null)
            {
                failed++;
                await Task.Delay(_dice.Between(TimeSpan.Zero, AgainMost), _lane.Clock);
                continue;
            }

            if (from is not null && page.Jobs.Any(job => job.IsFinished))
            {
                _scene.Reached.Met(Sometimes.FoundOnLaterPage);
            }

            cursor = page.Cursor;
            if (cursor is null)
            {
                return;
            }

            // Mostly at once; now and then much happens between two pages.
            if (_dice.Below(4) == 0 && !_scene.IsOver)
            {
                await Task.Delay(_dice.LogUniform(BetweenPagesLeast, BetweenPagesMost), _lane.Clock);
            }
        }
    }
}
