namespace JobOrchestrator.Sdk;

/// <summary>Another process has the folder of a memory; it is free once that one goes.</summary>
internal sealed class FolderInUseException(string folder, Exception inner) : IOException(
    $"Another process has the folder {folder}; events are taken when it goes. If it is to stay: Jobs:Events:Folder names a folder for "
        + "another owner, RememberWith<…>() a memory that replicas of one owner share.",
    inner)
{
    // EAGAIN of Linux and of macOS, and Windows' sharing violation: .NET has one exception for them and a full disk.
    private const int InUseOnLinux = 11;
    private const int InUseOnMac = 35;
    private const int InUseOnWindows = unchecked((int)0x80070020);

    /// <summary>Whether opening a file for oneself alone failed because somebody has it open.</summary>
    public static bool IsReason(IOException exception) => exception.HResult is InUseOnLinux or InUseOnMac or InUseOnWindows;
}
