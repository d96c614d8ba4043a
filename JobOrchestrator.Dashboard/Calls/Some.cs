namespace JobOrchestrator.Dashboard.Calls;

/// <summary>The first of a list that is fetched page by page.</summary>
internal static class Some
{
    public static async Task<IReadOnlyList<T>> OfAsync<T>(IAsyncEnumerable<T> all, int most)
    {
        var some = new List<T>(most);
        await foreach (T one in all)
        {
            some.Add(one);
            if (some.Count == most)
            {
                break;
            }
        }

        return some;
    }
}
