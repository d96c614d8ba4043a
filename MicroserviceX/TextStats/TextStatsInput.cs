namespace MicroserviceX.TextStats;

/// <summary>The input of a <c>text-stats</c> job: one of <paramref name="Text"/> and <paramref name="Lines"/>.</summary>
/// <param name="Text">A text; its lines end in LF, CR or both.</param>
/// <param name="Lines">The same, cut into lines already.</param>
/// <param name="PauseMilliseconds">
/// A pause after each line, 0 to 10,000, so that one can watch the progress of a short text; none by default.
/// </param>
internal sealed record TextStatsInput(string? Text = null, IReadOnlyList<string?>? Lines = null, int PauseMilliseconds = 0);

/// <summary>The result of a <c>text-stats</c> job.</summary>
/// <param name="Lines">How many lines; a line end at the very end begins no further one.</param>
/// <param name="Words">How many words.</param>
/// <param name="DistinctWords">How many different ones, upper and lower case being the same.</param>
/// <param name="MostFrequentWords">The 20 most frequent, the most frequent first; equally frequent ones by the alphabet.</param>
/// <param name="ReadingTimeSeconds">At 200 words a minute.</param>
internal sealed record TextStatsResult(
    long Lines, long Words, int DistinctWords, IReadOnlyList<WordCount> MostFrequentWords, double ReadingTimeSeconds);

/// <summary>A word and how often it occurs.</summary>
/// <param name="Word">In lower case; cut after 100 characters.</param>
/// <param name="Count">How often.</param>
internal sealed record WordCount(string Word, long Count);
