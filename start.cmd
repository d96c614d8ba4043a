@echo off
rem Starts the suite on this machine; the same as start.sh. start.cmd --help tells the settings.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0eng\start.ps1" %*
exit /b %ERRORLEVEL%
