namespace CosmosSetup;

/// <summary>One thing that was seen.</summary>
/// <param name="Weight">What it means for the suite.</param>
/// <param name="Sentence">What people are told.</param>
/// <param name="CanFix">Whether <c>--fix</c> sets it right.</param>
internal sealed record Finding(Weight Weight, string Sentence, bool CanFix = false);

/// <summary>What a finding means for the suite.</summary>
internal enum Weight
{
    /// <summary>Said for the record.</summary>
    Fine = 1,

    /// <summary>The suite runs with it; it costs money or safety, as the sentence says.</summary>
    Costs = 2,

    /// <summary>The suite does not run with it, or loses something.</summary>
    Wrong = 3,
}
