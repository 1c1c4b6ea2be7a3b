; The installer for Windows: for one user, without an administrator. Made by packaging/windows_installer.py, which
; says VERSION (0.2.0), NUMBERS (0.2.0.0), KILOBYTES, BUNDLE (PyInstaller's folder), ICON and OUT.
;
; Installed over a version that is there it takes its place. What is open can't be replaced on Windows: the folder
; of before is moved aside first, and where that is refused nothing has been changed. Hubs lie elsewhere
; (%LOCALAPPDATA%\discharge-desk) and are touched by neither the installer nor the uninstaller.

Unicode true
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
SetCompressor /SOLID ${COMPRESSOR}

!define PRODUCT "Discharge Desk"
!define PUBLISHER "The Discharge Desk project"
!define PROGRAM "discharge-desk.exe"
!define FILE_TYPE "DischargeDesk.Hub"
!define SENT_TYPE "DischargeDesk.Bundle"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\DischargeDesk"
!define KEPT "Software\DischargeDesk"

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "x64.nsh"

Name "${PRODUCT}"
Caption "${PRODUCT} ${VERSION}"
BrandingText "${PRODUCT} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${PRODUCT}"
InstallDirRegKey HKCU "${KEPT}" "Folder"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "${PRODUCT}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${PRODUCT}: installer"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "Open ${PRODUCT}"
!insertmacro MUI_PAGE_LICENSE "${BUNDLE}/LICENSE.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs can't be written to.
!macro IsOpenIfRuns FILE
  ${If} ${FileExists} "$INSTDIR\${FILE}"
    FileOpen $0 "$INSTDIR\${FILE}" a
    IfErrors is_open
    FileClose $0
  ${EndIf}
!macroend

; Moves the folder of the program aside and back: it can't be while a file in it is open.
!macro StopIfOpen UN
Function ${UN}StopIfOpen
  ${IfNot} ${FileExists} "$INSTDIR\_internal\*"
    Return
  ${EndIf}
  ${Do}
    ClearErrors
    !insertmacro IsOpenIfRuns "${PROGRAM}"
    !insertmacro IsOpenIfRuns "discharge.exe"
    Rename "$INSTDIR\_internal" "$INSTDIR\_internal.aside"
    ${IfNot} ${Errors}
      Rename "$INSTDIR\_internal.aside" "$INSTDIR\_internal"
      Return
    ${EndIf}
    is_open:
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${PRODUCT} is open. Close every window of it, then try again." \
      /SD IDCANCEL IDRETRY again
    SetErrorLevel 5
    Quit
    again:
  ${Loop}
FunctionEnd
!macroend
!insertmacro StopIfOpen ""
!insertmacro StopIfOpen "un."

; What the program's folder has, and nothing that somebody put there besides.
!macro RemoveProgram
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\discharge.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\discharge-desk.ico"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\third_party_licences"
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "${PRODUCT} needs 64-bit Windows 10 or 11." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

Section "${PRODUCT}"
  Call StopIfOpen
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${BUNDLE}/*"
  File "/oname=discharge-desk.ico" "${ICON}"
  ${If} ${Errors}
    MessageBox MB_ICONSTOP "Not every file could be written to $INSTDIR. Free some room, or choose another folder, and run \
this again." /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${PRODUCT}.lnk" "$INSTDIR\${PROGRAM}" "" "$INSTDIR\discharge-desk.ico"

  WriteRegStr HKCU "Software\Classes\.hub" "" "${FILE_TYPE}"
  WriteRegStr HKCU "Software\Classes\.hub\OpenWithProgids" "${FILE_TYPE}" ""
  WriteRegStr HKCU "Software\Classes\${FILE_TYPE}" "" "Discharge hub"
  WriteRegStr HKCU "Software\Classes\${FILE_TYPE}\DefaultIcon" "" "$INSTDIR\discharge-desk.ico"
  WriteRegStr HKCU "Software\Classes\${FILE_TYPE}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

  WriteRegStr HKCU "Software\Classes\.ddbundle" "" "${SENT_TYPE}"
  WriteRegStr HKCU "Software\Classes\${SENT_TYPE}" "" "Placements to decide on"
  WriteRegStr HKCU "Software\Classes\${SENT_TYPE}\DefaultIcon" "" "$INSTDIR\discharge-desk.ico"
  WriteRegStr HKCU "Software\Classes\${SENT_TYPE}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

  WriteRegStr HKCU "${KEPT}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\discharge-desk.ico"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section "Uninstall"
  Call un.StopIfOpen
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${PRODUCT}.lnk"
  ReadRegStr $0 HKCU "Software\Classes\.hub" ""
  ${If} $0 == "${FILE_TYPE}"
    DeleteRegValue HKCU "Software\Classes\.hub" ""
  ${EndIf}
  DeleteRegValue HKCU "Software\Classes\.hub\OpenWithProgids" "${FILE_TYPE}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.hub\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\.hub"
  DeleteRegKey HKCU "Software\Classes\${FILE_TYPE}"
  DeleteRegKey HKCU "Software\Classes\.ddbundle"
  DeleteRegKey HKCU "Software\Classes\${SENT_TYPE}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "${KEPT}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
